"""Reading a table from a CSV or Parquet file: every cell of a CSV file as its text."""

import csv
import re
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from ...engine.errors import UserError
from ..schema import Schema
from .dialect import find_dialect, read_rows
from .encodings import opened

if TYPE_CHECKING:
    from _csv import Reader

BINARY = (".parquet", ".pq")
SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", *BINARY)
CHUNK = 4_000  # rows that become columns together
LONG = 100  # lines of one row, which are more likely those of a quote that is not closed


def read_table(
    path: Path, setting: str = "data.dataset_path", schema: Schema | None = None
) -> pd.DataFrame:
    """Read the rows of a file, or of the only table in a folder; the suffix says its kind.

    The index numbers the rows: by lines in a text file, from 1 on in others. `attrs` holds
    "broken", (line, reason) of rows that are left out; "said", what is odd, in words; and
    "file", what the schema keeps of the file.

    Args:
        path: A file or a folder.
        setting: Its name in messages.
        schema: What was learnt of the file that trained; another one is read like it.

    Raises:
        UserError: the file is missing, of another kind, broken or empty.
    """
    where = f"{setting}: {path.resolve()}"
    if not path.exists():
        raise UserError(f"{where} does not exist")
    files = path.iterdir() if path.is_dir() else [path]
    tables = [file for file in files if file.name.lower().endswith(SUFFIXES) and file.is_file()]
    if len(tables) != 1:
        problem = f"a table is one file of {', '.join(SUFFIXES)}, or the only one in a folder"
        raise UserError(f"{where} holds {len(tables)} tables, but {problem}")
    binary = tables[0].suffix.lower() in BINARY
    try:
        frame = read_parquet(tables[0]) if binary else read_csv(tables[0], schema)
    except UnicodeError as error:
        raise UserError(f"{where} cannot be read, save it as UTF-8: {error}") from None
    except (OSError, ValueError, EOFError, zlib.error) as error:  # pyarrow's are these, too
        problem = (str(error).splitlines() or [type(error).__name__])[0]
        raise UserError(f"{where} cannot be read: {problem}") from None
    if not len(frame):
        problems = [reason for _, reason in frame.attrs.get("broken", [])]
        raise UserError(f"{where} {problems[0] if problems else 'has no rows'}")
    return frame


def read_parquet(path: Path) -> pd.DataFrame:
    """Read every row; an index that has a name is a column like others."""
    frame = pd.read_parquet(path)
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    frame.attrs = {"file": {"format": "parquet"}}
    return frame


def read_csv(path: Path, schema: Schema | None = None) -> pd.DataFrame:
    """Read text without broken rows, (line, reason) of which are in `attrs`."""
    said = list[str]()
    columns, usual = (schema.names, schema.file.get("encoding", "")) if schema else ((), "")
    dialect = find_dialect(path, said, columns, usual)
    with opened(path, dialect.encoding) as file:
        for _ in range(dialect.skipped):
            next(file)
        reader = read_rows(file, dialect.delimiter)
        try:
            names = [name.strip() for name in next(reader, [])]
        except csv.Error as error:
            last = dialect.skipped + reader.line_num
            raise explain(error, dialect.skipped + 1, last) from None
        names[:1] = [name.removeprefix(dialect.mark) for name in names[:1]]
        if any(re.fullmatch(r"[+-]?\d+\.\d+", name) for name in names):
            place = f"line {dialect.skipped + reader.line_num} of {path}"
            said.append(f"{place} is taken for the header: {names}")
        lines, chunks, broken = collect(reader, len(names), dialect.skipped)
    if len(names) == 1 and len(names[0].split()) > 1:
        raise ValueError(f"line {dialect.skipped + 1} has one field: divide it by , ; | or tabs")
    frame = pd.DataFrame(
        {
            k: pd.arrays.ArrowStringArray(pa.chunked_array(parts, pa.large_string()))
            for k, parts in enumerate(chunks)
        }
    )
    frame.columns, frame.index = pd.Index(names, dtype=object), pd.Index(lines, name="line")
    file_facts = {"format": "csv", "encoding": dialect.encoding, "delimiter": dialect.delimiter}
    frame.attrs = {"broken": broken, "said": said, "file": file_facts}
    return frame


def collect(
    reader: "Reader", width: int, skipped: int
) -> tuple[list[int], list[list[Any]], list[tuple[int, str]]]:
    """Return the lines of the rows, their columns in chunks, and the rows of another width.

    Raises:
        ValueError: a row takes up so many lines that a quote must be open.
    """
    lines, broken = list[int](), list[tuple[int, str]]()
    chunks: list[list[Any]] = [[] for _ in range(width)]
    rows = whole_rows(reader, width, skipped, lines, broken)
    while chunk := list(islice(rows, CHUNK)):
        for parts, cells in zip(chunks, zip(*chunk, strict=True), strict=True):
            parts.append(pa.array(cells, pa.large_string()))
    return lines, chunks, broken


def whole_rows(
    reader: "Reader",
    width: int,
    skipped: int,
    lines: list[int],
    broken: list[tuple[int, str]],
) -> Iterator[list[str]]:
    """Yield the rows of `width` fields; note their lines, and what is wrong with others."""
    first = skipped + reader.line_num + 1
    try:
        for row in reader:
            line = skipped + reader.line_num
            if len(row) == width and (width > 1 or row[0].strip()):
                lines.append(line)
                yield row
            elif len(row) > 1 or "".join(row).strip():
                broken.append((line, f"{width_of(row, first, line)}, but the header has {width}"))
            first = line + 1
    except csv.Error as error:
        raise explain(error, first, skipped + reader.line_num) from None


def width_of(row: list[str], first: int, line: int) -> str:
    """Say how many fields a row has, and where it stands.

    Raises:
        ValueError: it takes up so many lines that a quote must be open.
    """
    place = f"line {line} has" if line == first else f"lines {first} to {line} have"
    if line - first > LONG:
        problem = f"a quote in line {first} or soon after is not closed"
        raise ValueError(f"{place} {len(row)} fields: {problem}")
    return f"{place} {len(row)} fields"


def explain(error: csv.Error, first: int, last: int) -> ValueError:
    """Return an error that says where a quote stands that cannot, or is not closed."""
    place = f"line {first}" if first >= last else f"lines {first} to {last}"
    unclosed = "unexpected end" in str(error)
    problem = "a quote is opened and never closed" if unclosed else f"a quote: {error}"
    return ValueError(f"{place}: {problem}")
