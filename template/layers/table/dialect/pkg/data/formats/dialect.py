"""How a text file writes its table: encoding, lines before the header, and delimiter."""

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .encodings import find_encoding, opened

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ",;\t|"
NUMERIC = re.compile(r"[+-]?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?")
SAMPLE = 50  # rows to find the delimiter by
LIMIT = 2**31 - 1  # characters of a cell


@dataclass(frozen=True)
class Dialect:
    """What to know of a file before its rows can be read."""

    encoding: str = "utf-8"
    delimiter: str = ","
    skipped: int = 0  # lines before the header
    mark: str = ""  # that the header begins with, and that belongs to no name


def find_dialect(
    path: Path, said: list[str], columns: Collection[str] = (), usual: str = ""
) -> Dialect:
    """Look at the start of a file, and at the encoding of all of it.

    Args:
        path: The file.
        said: Takes up what is not as it should be, in words.
        columns: Names that the header has, where they are known.
        usual: Encoding of the file that the model was trained with.

    Raises:
        ValueError: it is no text.
    """
    encoding = find_encoding(path, usual)
    if encoding not in ("utf-8", "utf-8-sig"):
        with opened(path, encoding) as file:
            text = next((line for line in file if not line.isascii()), "").strip()
        said.append(f"the file is read as {encoding}, not UTF-8: {text[:60]!r}")
    with opened(path, encoding) as file:
        lines = list(islice(file, SAMPLE))
    delimiter, skipped, mark = "", 0, ""
    if lines and (found := re.fullmatch(r'"?sep=(.)"?\s*', lines[0])):  # as Excel writes it
        delimiter, skipped = found[1], 1
    while skipped + 1 < len(lines) and re.match(r"\s*(#|$)", lines[skipped]):
        mark = header_mark(lines[skipped], lines[skipped + 1])
        if mark:
            said.append(f"line {skipped + 1} is the header, without its {mark.strip()}")
            break
        if lines[skipped].strip():
            said.append(f"line {skipped + 1} is left out as a comment: {lines[skipped].strip()!r}")
        skipped += 1
    with opened(path, encoding) as file:
        delimiter = delimiter or find_delimiter(islice(file, skipped, None), columns, mark, said)
    return Dialect(encoding, delimiter, skipped, mark)


def header_mark(line: str, after: str) -> str:
    """Return what begins a header such as `# a,b` above `1,2`; "" for a comment or none."""
    found = re.match(r"\s*#\s*", line)
    if not found:
        return ""
    for delimiter in DELIMITERS:
        names, cells = line[found.end() :].split(delimiter), after.split(delimiter)
        numeric = any(NUMERIC.fullmatch(cell.strip()) for cell in cells)
        terse = not any(re.search(r"\s", name.rstrip()) for name in names)
        if len(names) == len(cells) > 1 and (numeric or terse):
            return found[0].lstrip()
    return ""


class Fit(NamedTuple):
    """How well a delimiter fits the start of a file; the greatest is the best."""

    known: bool  # whether the header has all names that it should have
    alike: bool  # whether most rows have as many fields as it
    fields: int  # of the header
    fraction: float  # of the rows with as many


def find_delimiter(
    lines: Iterator[str], columns: Collection[str], mark: str, said: list[str]
) -> str:
    """Return what divides the fields, alike in most rows; quotes hide what stands in them."""
    text, fits = list(islice(lines, 20 * SAMPLE)), dict[str, Fit]()
    for delimiter in DELIMITERS:
        found = islice(read_rows(iter(text), delimiter, strict=False), SAMPLE)
        rows = [row for row in found if "".join(row).strip()]
        header = [name.removeprefix(mark).strip() for name in rows[0]] if rows else []
        if len(header) > 1:
            fraction = sum(len(row) == len(header) for row in rows) / len(rows)
            known = bool(columns) and {*columns} <= {*header}
            fits[delimiter] = Fit(known, fraction > 0.8, len(header), fraction)
    if not fits:
        return DELIMITERS[0]
    best = max(fits, key=lambda delimiter: fits[delimiter])
    if rivals := [x for x, fit in fits.items() if x != best and fit == fits[best]]:
        said.append(f"fields are divided by {best!r}, though {rivals[0]!r} fits as well")
    return best


def read_rows(lines: Iterator[str], delimiter: str, strict: bool = True) -> "Reader":
    """Return a reader of rows; blanks after a delimiter do not count, and cells have any size."""
    csv.field_size_limit(LIMIT)
    return csv.reader(lines, delimiter=delimiter, strict=strict, skipinitialspace=True)
