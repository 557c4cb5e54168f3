"""Sources that predict.py takes: lines of .txt files, and rows of tables."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..batch import Batch
from ..engine.errors import UserError
from .encoding import Encoding
from .examples import reason_against
from .formats.rows import SUFFIXES as TABLES
from .formats.rows import read_rows
from .formats.text_lines import read_lines
from .found import Found, require_column
from .schema import Schema, warn
from .settings import DataSettings
from .strings import encode_texts
from .tokenizer import Tokenizer

LINES = (".txt", ".txt.gz")  # files whose lines are sources
SUFFIXES = (*LINES, *TABLES)  # of the files in folders that are read


def read_file(
    path: Path, settings: DataSettings, schema: Schema, tokenizers: dict[str, Tokenizer]
) -> Iterator[tuple[dict[str, Any], Batch | UserError]]:
    """Yield the name and source of each row, with its batch of one or what is wrong with it.

    Raises:
        UserError: the file cannot be read, or has no column of sources.
    """
    found, column = read_sources(path, settings, schema)
    cells = found.columns[column]
    reasons = [reason_against(cell, column, "source") for cell in cells]
    whole = [i for i, reason in enumerate(reasons) if not reason]
    texts, longest = [str(cells[i]) for i in whole], settings.max_length
    rows, lengths, unknown = encode_texts(texts, tokenizers["source"], longest)
    counts = ({"source": lengths}, {"source": unknown}, {"source": longest})
    warn(str(path), [*found.said, *schema.surprises(Encoding(None, *counts))])
    for place, reason in found.broken:
        yield {"input": as_input(place)}, UserError(f"{place}: {reason}")
    numbers = dict(zip(whole, range(len(whole)), strict=True))
    for i, (place, reason) in enumerate(zip(found.places, reasons, strict=True)):
        record = {"input": as_input(place), "source": "" if cells[i] is None else str(cells[i])}
        if reason:
            yield record, UserError(f"{place}: {reason}")
        else:
            yield record, as_batch(rows.padded(torch.tensor([numbers[i]])))


def as_batch(tokens: Tensor) -> Batch:
    """Return a source [1, S] whose target nobody knows, as a batch of one."""
    nothing = torch.zeros(1, 0, dtype=torch.int64)
    return Batch(tokens, nothing, nothing, torch.zeros(1, dtype=torch.int64))


def read_sources(path: Path, settings: DataSettings, schema: Schema) -> tuple[Found, str]:
    """Return the rows of a file, and the name of their column of sources.

    Raises:
        UserError: the file cannot be read, or has no such column.
    """
    column = settings.source_column or str(schema.columns["source"])
    if path.name.lower().endswith(LINES):
        lines, _, said = read_lines(path, "INPUT", schema.file.get("encoding", ""))
        places = [f"{path} line {number}" for number in range(1, len(lines) + 1)]
        return Found({column: [*lines]}, places, said=said), column
    found = read_rows(path, "INPUT", schema)
    require_column(found.columns, column, f"INPUT: {path}: the model reads sources of column")
    found.said += schema.differences(found.file, [*found.columns])
    return found, column


def as_input(place: str) -> str:
    """Return a place as predictions name it: `rows.csv:7` for `rows.csv line 7`."""
    return re.sub(r" (line|row) (\d+)$", r":\2", place)
