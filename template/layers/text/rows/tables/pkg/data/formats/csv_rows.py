"""Rows of a CSV or TSV file, where a quote that is not closed swallows no others."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .csv_records import Record, read_records
from .dialect import Dialect, find_dialect
from .encodings import opened
from .headers import Expected, has_header, name_columns
from .json_rows import FileRows


def read_csv(path: Path, expected: Expected, facts: dict[str, str] | None = None) -> FileRows:
    """Read the rows of a file; those of another width are noted, and not the end.

    Args:
        path: The file, packed or not.
        expected: What is known of its columns.
        facts: What the schema keeps of the file that trained.

    Raises:
        OSError: it cannot be opened.
        ValueError: it is no text, or has two columns of one name.
    """
    facts, said = facts or {}, list[str]()
    dialect = find_dialect(path, said, expected.asked, facts.get("encoding", ""))
    with opened(path, dialect.encoding) as file:
        lines = list(file)[dialect.skipped :]
    if ".tsv" in path.name.lower() and lines and "\t" in lines[0]:
        dialect = replace(dialect, delimiter="\t")
    records, quotes = read_records(lines, dialect, said)
    if not records or records[0].problem:
        broken = [(number(record, dialect), record.problem) for record in records]
        return FileRows({}, [], broken, said, facts_of(dialect, "no", quotes))
    first, *rows = records
    cells = [first.cells[0].removeprefix(dialect.mark), *first.cells[1:]]
    counts = Counter(len(record.cells) for record in rows if not record.problem)
    width = max(counts, key=counts.__getitem__, default=len(cells))  # of most rows
    header = cut_header([cell.strip() for cell in cells], width)
    known = facts.get("header")
    named = known == "yes" if known else has_header(header, [x.cells for x in rows], expected, said)
    names = name_columns(header if named else width, expected)
    columns, numbers, broken = gather(rows if named else records, names, dialect, said)
    return FileRows(
        columns, numbers, broken, said, facts_of(dialect, "yes" if named else "no", quotes)
    )


def cut_header(header: list[str], width: int) -> list[str]:
    """Return a header without empty names at its end that no row has a cell for."""
    while len(header) > width and not header[-1]:
        header = header[:-1]
    return header


def facts_of(dialect: Dialect, header: str, quotes: str) -> dict[str, str]:
    """Return what the schema keeps of a file."""
    named = {"encoding": dialect.encoding, "delimiter": dialect.delimiter}
    return {"format": "csv", **named, "header": header, "quotes": quotes}


def number(record: Record, dialect: Dialect) -> int:
    """Return the number of the first line of a record in its file."""
    return dialect.skipped + record.first + 1


def gather(
    records: Sequence[Record], names: Sequence[str], dialect: Dialect, said: list[str]
) -> tuple[dict[str, list[Any]], list[int], list[tuple[int, str]]]:
    """Return the columns, the lines of their rows, and what is wrong with others."""
    rows, numbers, broken = list[list[str]](), list[int](), list[tuple[int, str]]()
    lengths = list[int]()
    for record in records:
        if record.problem:
            broken.append((number(record, dialect), record.problem))
        elif len(record.cells) == len(names):
            rows.append(record.cells)
            numbers.append(number(record, dialect))
            lengths.append(record.last - record.first + 1)
        else:
            problem = f"it has {len(record.cells)} fields, but {len(names)} are named"
            advice = f": put cells with {dialect.delimiter!r} into quotes"
            more = len(record.cells) > len(names)
            broken.append((number(record, dialect), problem + advice * more))
    if count := sum(length > 1 for length in lengths):
        place = numbers[next(i for i, length in enumerate(lengths) if length > 1)]
        counted = f"{count} of {len(rows)} rows run over several lines by their quotes"
        said.append(f"{counted}, the first from line {place} on")
    cells = zip(*rows, strict=True) if rows else ([] for _ in names)
    columns = dict(zip(names, map(tidy, cells), strict=True))
    if names[0] == "" and len(names) > 2:
        said.append("the first column has no name: an index, which is left out")
        columns.pop("")
    return columns, numbers, broken


def tidy(cells: Sequence[str]) -> list[str]:
    r"""Return cells with \n as their line ends."""
    return [cell.replace("\r\n", "\n") if "\r" in cell else cell for cell in cells]
