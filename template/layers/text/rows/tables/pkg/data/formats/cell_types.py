"""Cells of one column that are of several types: made alike, or named."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

NAMES = {"text": "a text", "number": "a number", "list": "a list", "object": "an object"}


def kind_of_cell(cell: Any) -> str:
    """Return the kind of a cell, a name in NAMES; "" where it is missing."""
    if cell is None or cell != cell:  # not a number
        return ""
    if isinstance(cell, str):
        return "text"
    if isinstance(cell, int | float):
        return "number"
    if isinstance(cell, list):
        return "list"
    return "object" if isinstance(cell, dict) else "text"


def settle(columns: dict[str, list[Any]], places: Sequence[str], said: list[str]) -> dict[int, str]:
    """Let each column hold cells of one kind; return rows that cannot be used, and why.

    Numbers among texts become texts. Columns of objects are replaced by those of their keys,
    such as `{"translation": {"en": …, "de": …}}` by `en` and `de`.

    Args:
        columns: N cells each; changed in place.
        places: Of the N rows.
        said: Takes up what is done, in words.
    """
    broken = dict[int, str]()
    names = list(columns)
    for name in names:  # which grows
        cells = columns[name]
        kinds = [kind_of_cell(cell) for cell in cells]
        counts = Counter(filter(None, kinds))
        if {"text", "number"} <= {*counts}:
            rows = [row for row, kind in enumerate(kinds) if kind == "number"]
            what = f"numbers among texts are read as texts: {len(rows)} of {len(cells)}"
            said.append(f"column {name!r}: {what}, the first in {places[rows[0]]}")
            for row in rows:
                cells[row], kinds[row] = as_text(cells[row]), "text"
            counts = Counter(filter(None, kinds))
        usual = max(counts, key=counts.__getitem__, default="")
        for row, kind in enumerate(kinds):
            if kind not in ("", usual):
                broken[row] = f"{name!r} is {NAMES[kind]}, but in most rows {NAMES[usual]}"
        if usual == "object":
            names += spread(columns, name, said)
    return broken


def as_text(cell: Any) -> str:
    """Return a number as its text, and a flag as JSON writes it."""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def spread(columns: dict[str, list[Any]], name: str, said: list[str]) -> list[str]:
    """Put columns of the keys of objects in the place of their column; return their names."""
    cells = [cell if isinstance(cell, dict) else {} for cell in columns.pop(name)]
    keys = list(dict.fromkeys(key for cell in cells for key in cell))
    names = {key: key if key not in columns else f"{name}.{key}" for key in keys}
    said.append(f"column {name!r} holds objects, whose keys are columns: {[*names.values()]}")
    for key in keys:
        columns[names[key]] = [cell.get(key) for cell in cells]
    return [*names.values()]
