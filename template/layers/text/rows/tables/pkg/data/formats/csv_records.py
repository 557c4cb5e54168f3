"""Records of a CSV file: what its quotes make one row, which may run over several lines."""

import csv
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .dialect import Dialect, read_rows

LONG = 100  # lines after which nobody looks for the end of a cell that a wrong quote spoils
UNCLOSED = "a quote is opened in it and not closed: close it, or double it where it is text"
PAIRS = "its quotes do not pair, after one that was not closed"


class Record(NamedTuple):
    """One row, or what is wrong with the lines of one."""

    first: int  # index of its first line
    last: int
    cells: list[str]
    problem: str = ""


def read_records(lines: list[str], dialect: Dialect, said: list[str]) -> tuple[list[Record], str]:
    """Return the records, and whether quotes enclose cells: "cells", or are "text".

    Where fields are divided by tabs, quotes are text as soon as some do not pair.
    """
    delimiter, unclosed = dialect.delimiter, set[int]()
    while True:
        records = list(parse(lines, delimiter, unclosed))
        new = {x.first for x in find_swallowing(records, lines, delimiter)}
        wrong = min(new | {x.first for x in records if x.problem}, default=None)
        if wrong is not None and delimiter == "\t":
            place = dialect.skipped + wrong + 1
            said.append(f"quotes are read as text, since those of line {place} do not pair")
            return list(parse_plain(lines, delimiter)), "text"
        if not new:
            width = next((len(x.cells) for x in records if not x.problem), 0)
            return spoil(records, width), "cells"
        unclosed |= new


def parse(lines: list[str], delimiter: str, unclosed: set[int]) -> Iterator[Record]:
    """Yield the records; one that its quotes spoil is its first line alone.

    The other lines of that are read anew, and are doubtful: an odd quote spoils them, too.
    """
    begin, doubtful = 0, -1
    while begin < len(lines):
        if begin in unclosed:
            yield Record(begin, begin, [], UNCLOSED)
            begin += 1
            continue
        reader = read_rows(map(lines.__getitem__, range(begin, len(lines))), delimiter)
        start, first = begin, begin
        try:
            for cells in reader:
                last = start + reader.line_num - 1
                begin = last + 1
                if first <= doubtful and first == last and lines[first].count('"') % 2:
                    yield Record(first, last, [], PAIRS)
                elif len(cells) > 1 or "".join(cells).strip():
                    yield Record(first, last, cells)
                first = begin
                if begin in unclosed:
                    break
        except csv.Error as error:
            last = start + reader.line_num - 1
            problem = UNCLOSED if last > first else f"a quote: {error}: double it where it is text"
            doubtful = max(doubtful, last, next_odd(lines, first))
            yield Record(first, first, [], problem)
            begin = first + 1


def next_odd(lines: list[str], first: int) -> int:
    """Return where a cell may end that a line of odd quotes opens: the next one, or itself."""
    if lines[first].count('"') % 2 == 0:
        return first
    near = range(first + 1, min(first + LONG, len(lines)))
    return next((index for index in near if lines[index].count('"') % 2), first)


def spoil(records: list[Record], width: int) -> list[Record]:
    """Return the records without those inside of a cell: between a wrong quote and an odd one.

    They are taken for that if not all of them have the fields of a row.
    """
    found = list[Record]()
    for record in records:
        if record.problem == PAIRS:
            wrong = [k for k, x in enumerate(found) if x.problem and x.problem != PAIRS]
            inside = found[wrong[-1] + 1 :] if wrong else []
            if any(len(x.cells) != width for x in inside):
                found[wrong[-1] + 1 :] = [Record(x.first, x.last, [], PAIRS) for x in inside]
        found.append(record)
    return found


def parse_plain(lines: list[str], delimiter: str) -> Iterator[Record]:
    """Yield a record for each line that is not blank; quotes are text."""
    for index, line in enumerate(lines):
        if line.strip():
            cells = [cell.strip(" ") for cell in line.rstrip("\r\n").split(delimiter)]
            yield Record(index, index, cells)


def find_swallowing(
    records: Sequence[Record], lines: list[str], delimiter: str
) -> Iterator[Record]:
    """Yield the records of several lines which by themselves look like rows.

    That is the first line, with a quote that is not closed in its cell; or all between it and
    the last. Nobody writes `,yes` in the middle of a text, where `yes` is a label, but `, yes`.
    """
    long = [record for record in records if record.last > record.first]
    if not long:
        return
    width = next(len(record.cells) for record in records if not record.problem)
    common = [common_cells(records, column) for column in range(width)]
    for record in long:
        first, *between = [
            line.rstrip("\r\n").split(delimiter)
            for line in lines[record.first : record.last]
            if line.strip()
        ]
        opened = next((k for k, cell in enumerate(first) if cell.count('"') % 2), len(first))
        looks = [fits(cells, range(width), common, delimiter) for cells in between]
        if fits(first, range(opened + 1, width), common, delimiter) or (looks and all(looks)):
            yield record


def common_cells(records: Sequence[Record], column: int) -> set[str]:
    """Return what the rows of one line have in a column, such as all labels."""
    rows = (record.cells for record in records if record.first == record.last)
    return {cells[column] for cells in rows if column < len(cells)} - {""}


def fits(cells: Sequence[str], columns: range, common: list[set[str]], delimiter: str) -> bool:
    """Say whether the cells of a line are those of a row, by some of its columns.

    One of them is a cell of other rows, or tabs divide them, which no text holds.
    """
    if len(cells) != len(common):
        return False
    return any(delimiter == "\t" or cells[k] in common[k] for k in columns)
