"""Whether the first row of a table names its columns."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..found import as_name

CODES = (
    "ar bg bn ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka kk ko lt "
    "lv mk mn mr ms nb nl nn no pa pl pt ro ru sk sl sq sr sv sw ta te th tr uk ur vi zh"
)
LANGUAGES = frozenset(CODES.split())  # as columns are often called
LOOKED = 1_000  # rows that are compared with the first


class Expected(NamedTuple):
    """What a form of data expects of the columns of a table."""

    asked: tuple[str, ...] = ()  # by the settings
    usual: frozenset[str] = frozenset()  # names that they often have, in small letters alone
    unnamed: tuple[str, ...] = ()  # names in the order of the columns, where no header has any


def has_header(
    first: Sequence[str], rows: Sequence[Sequence[str]], expected: Expected, said: list[str]
) -> bool:
    """Say whether the first row is a header; note in `said` where that is a guess."""
    names = {as_name(cell) for cell in first}
    if {*expected.asked} & {*first} or names & expected.usual:
        return True
    if len(names) > 1 and names <= LANGUAGES:
        said.append(f"line 1 is taken for the header, of languages: {[*first]}")
        return True
    again = any(
        cell and any(len(row) > k and row[k].strip() == cell for row in rows[:LOOKED])
        for k, cell in enumerate(first)
    )
    if again or not all(map(looks_like_name, first[1:])) or not rows:
        said.append(f"there is no header: the first row is {[cell[:40] for cell in first]}")
        return False
    said.append(f"the first row is taken for the header: {[*first]}")
    return True


def looks_like_name(cell: str) -> bool:
    """Say whether a cell may be the name of a column: short, no number and no sentence."""
    terse = len(cell) <= 40 and len(cell.split()) <= 3
    number = re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?", cell)
    return terse and not number and not cell.endswith((".", "!", "?", "。"))


def name_columns(header: Sequence[str] | int, expected: Expected) -> list[str]:
    """Return the names of the columns; those without one are called by their number.

    A first column without a name, or `Unnamed: 0`, is the index that pandas writes: "".

    Args:
        header: The cells of the header, or the number of columns where there is none.
        expected: Has names for the latter.

    Raises:
        ValueError: two have the same.
    """
    if isinstance(header, int):
        known = expected.unnamed[:header]
        return [*known, *(f"column {k + 1}" for k in range(len(known), header))]
    names = [name or f"column {k + 1}" for k, name in enumerate(header)]
    if header[0] in ("", "Unnamed: 0") and len(header) > 2:
        names[0] = ""
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"two columns are called {twice[0]!r}: rename one of them")
    return names
