"""Texts that predict.py takes: lines of .txt files, and rows of tables."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from ..batch import Batch
from ..engine.errors import UserError
from .encoding import Encoding
from .formats.rows import SUFFIXES as TABLES
from .formats.rows import read_rows
from .formats.text_lines import read_lines
from .found import Found, require_column
from .reading import why_no_text
from .schema import Schema, warn
from .settings import DataSettings
from .strings import encode_texts
from .tokenizer import Tokenizer

LINES = (".txt", ".txt.gz")  # files whose lines are texts
SUFFIXES = (*LINES, *TABLES)  # of the files in folders that are read


def read_file(
    path: Path, settings: DataSettings, schema: Schema, tokenizers: dict[str, Tokenizer]
) -> Iterator[tuple[dict[str, Any], Batch | UserError]]:
    """Yield the name and text of each row, with its batch of one or what is wrong with it.

    Raises:
        UserError: the file cannot be read, or has no column of texts.
    """
    found, column = read_texts(path, settings, schema)
    cells = found.columns[column]
    reasons = [why_no_text(cell, column) for cell in cells]
    whole = [i for i, reason in enumerate(reasons) if not reason]
    texts, longest = [str(cells[i]) for i in whole], settings.max_length
    rows, lengths, unknown = encode_texts(texts, tokenizers["text"], longest)
    counts = ({"text": lengths}, {"text": unknown}, {"text": longest})
    warn(str(path), [*found.said, *schema.surprises(Encoding(None, *counts))])
    for place, reason in found.broken:
        yield {"input": as_input(place)}, UserError(f"{place}: {reason}")
    encoded = dict(zip(whole, range(len(whole)), strict=True))
    for i, (place, reason) in enumerate(zip(found.places, reasons, strict=True)):
        record = {"input": as_input(place), "text": "" if cells[i] is None else str(cells[i])}
        if reason:
            yield record, UserError(f"{place}: {reason}")
            continue
        tokens = rows.padded(torch.tensor([encoded[i]]))
        yield record, Batch(tokens, torch.zeros(1), torch.zeros(1, dtype=torch.int64))


def read_texts(path: Path, settings: DataSettings, schema: Schema) -> tuple[Found, str]:
    """Return the rows of a file, and the name of their column of texts.

    Raises:
        UserError: the file cannot be read, or has no such column.
    """
    column = settings.text_column or str(schema.columns["text"])
    if path.name.lower().endswith(LINES):
        usual = schema.file.get("encoding", "")
        lines, _, said = read_lines(path, "INPUT", usual)
        places = [f"{path} line {number}" for number in range(1, len(lines) + 1)]
        return Found({column: list(lines)}, places, said=said), column
    found = read_rows(path, "INPUT", schema)
    require_column(found.columns, column, f"INPUT: {path}: the model reads texts of column")
    found.said += schema.differences(found.file, [*found.columns])
    return found, column


def as_input(place: str) -> str:
    """Return a place as predictions name it: `rows.csv:7` for `rows.csv line 7`."""
    return re.sub(r" (line|row) (\d+)$", r":\2", place)
