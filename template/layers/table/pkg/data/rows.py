"""Rows by their content: a row keeps its split wherever in a file it stands."""

import csv
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..engine.errors import UserError
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


def tell_changes(names: Sequence[str], manifest: Path, place: str) -> None:
    """Say how many rows have come or gone since `manifest` was written.

    Raises:
        UserError: it knows none of the rows, or is not a file of names and splits.
    """
    with manifest.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        known = {row[0]: row[-1] for row in [row for row in csv.reader(file) if row][1:]}
    rows = {*names}
    new, gone = len(rows - known.keys()), len(known.keys() - rows)
    if new == len(rows):
        raise UserError(f"data.dataset_path: {manifest} knows none of the rows of {place}")
    if new or gone:
        trained = sum(split == "train" for name, split in known.items() if name not in rows)
        lost = f"{gone} are gone, {trained} of which trained"
        print(f"warning: {place}: {new} rows are new since the training: they train; {lost}")
