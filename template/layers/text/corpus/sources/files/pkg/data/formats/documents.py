"""The documents of a file, one after the other: none of these holds a file in memory."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ...engine.errors import UserError
from ..corpus import Document
from .encodings import opened

PIECE = 2**20  # characters of a long text that are read together
BATCH = 256  # rows of Parquet that are read together


def read_text_of(path: Path, encoding: str, start: int = 0) -> Iterator[Document]:
    r"""Yield a text in pieces of about a megabyte that end where lines do, with \n at their ends.

    Args:
        path: The file.
        encoding: Of its bytes.
        start: Pieces to pass over.
    """
    with opened(path, encoding) as file:
        number, rest, place = 0, "", str(path)
        while part := file.read(PIECE):
            if cut := find_cut(rest):
                if number >= start:
                    yield Document(place, plain(rest[:cut]), number == 0)
                number, rest = number + 1, rest[cut:]
            rest += part
        if number >= start:
            yield Document(place, plain(rest), number == 0)


def find_cut(text: str) -> int:
    """Return where to cut a text of which more follows: after its last line; 0: not yet."""
    cut = text.rfind("\n") + 1 if len(text) >= PIECE else 0
    if not cut and len(text) > 4 * PIECE:  # a line that does not end
        cut = len(text) - 1  # a line end is two characters at most
    return cut


def plain(text: str) -> str:
    r"""Return a text with \n as its line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def read_lines_of(path: Path, encoding: str, column: str, start: int = 0) -> Iterator[Document]:
    """Yield the document in each line of JSON, or what is wrong with it.

    Args:
        path: The file.
        encoding: Of its bytes.
        column: The key of the texts.
        start: Documents to pass over.
    """
    with opened(path, encoding) as file:
        filled = (
            (number, line) for number, line in enumerate(file, 1) if line.strip("\ufeff \r\n\t")
        )
        for number, line in islice(filled, start, None):
            yield as_document(f"{path} line {number}", line, column)


def as_document(place: str, line: str, column: str) -> Document:
    """Return the document in a line of JSON, or one that says what is wrong with it."""
    try:
        row = json.loads(line.strip("\ufeff \r\n\t"))
    except json.JSONDecodeError as error:
        return Document(place, "", problem=f"no JSON: {error.msg}, character {error.pos + 1}")
    except (ValueError, RecursionError) as error:
        return Document(place, "", problem=f"no JSON: {error}")
    if not isinstance(row, dict):
        return Document(place, "", problem="it is no object with a text")
    return check(place, row.get(column), column)


def check(place: str, text: Any, column: str) -> Document:
    """Return a document, or one that says why its text cannot be used."""
    if not isinstance(text, str):
        problem = f"{column!r} is missing" if text is None else f"{column!r} is no text"
        return Document(place, "", problem=problem)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        problem = f"{column!r} holds one half of a surrogate pair, which is no character"
        return Document(place, "", problem=problem)
    return Document(place, text)


def read_parquet_of(path: Path, column: str, start: int = 0) -> Iterator[Document]:
    """Yield the document in each row of a Parquet file, or what is wrong with it.

    Args:
        path: The file.
        column: Of the texts.
        start: Documents to pass over.

    Raises:
        UserError: a part of the file is damaged.
    """
    number = start
    try:
        for number, text in number_rows(path, column, start):
            yield check(f"{path} row {number}", text, column)
    except (OSError, ValueError) as error:  # pyarrow's are these, too
        problem = f"{path} is damaged after row {number}: {error}"
        raise UserError(f"data.dataset_path: {problem}") from None


def number_rows(path: Path, column: str, start: int) -> Iterator[tuple[int, Any]]:
    """Yield the cells of a column after `start` rows with their numbers, from 1 on."""
    number = 0
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            count = file.metadata.row_group(group).num_rows
            if number + count <= start:
                number += count
                continue
            for batch in file.iter_batches(BATCH, row_groups=[group], columns=[column]):
                for cell in batch.column(0).to_pylist():
                    number += 1
                    if number > start:
                        yield number, cell
