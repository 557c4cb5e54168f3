"""Rows by their content: a row keeps its split wherever in a file it stands."""

from collections import Counter
from hashlib import blake2b

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .cells import TEXT, Values
from .dates import days


def name_rows(frame: pd.DataFrame) -> list[str]:
    """Return a short hash of the cells of each row; equal rows are counted: `…`, `….2`, `….3`.

    The order of the columns does not matter.
    """
    parts = [to_hash(frame[name]) for name in sorted(map(str, frame.columns))]
    joined = pc.binary_join_element_wise(*parts, pa.scalar("\x1f", pa.large_string()))
    found, counts = list[str](), Counter[str]()
    for text in joined.to_pylist():
        digest = blake2b(text.encode(errors="surrogatepass"), digest_size=8).hexdigest()
        counts[digest] += 1
        found.append(digest if counts[digest] == 1 else f"{digest}.{counts[digest]}")
    return found


def to_hash(values: Values) -> pa.Array:
    """Return the text of each cell, or the bits of its number."""
    if values.dtype == TEXT:
        return pa.array(values, pa.large_string())
    typed = days(values) if pd.api.types.is_datetime64_any_dtype(values) else values
    numbers = np.asarray(typed, dtype=np.float64) + 0.0  # no -0
    bits = np.where(np.isnan(numbers), np.nan, numbers).view(np.int64)  # one nan
    return pa.array(bits).cast(pa.large_string())
