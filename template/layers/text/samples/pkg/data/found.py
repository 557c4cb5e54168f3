"""Rows as a source finds them in files, before anything is known of their columns."""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import blake2b
from typing import Any

from ..engine.errors import UserError


@dataclass
class Found:
    """N rows of named cells: texts, numbers, flags or lists; None where there is none."""

    columns: dict[str, list[Any]]  # N cells each
    places: list[str]  # of each row, such as `data/reviews.csv line 7`
    given: list[str] | None = None  # split of each row, where the data say so
    broken: list[tuple[str, str]] = field(default_factory=list)  # places left out, and why
    said: list[str] = field(default_factory=list)  # what is odd about the files, in words
    file: dict[str, str] = field(default_factory=dict)  # format, encoding, delimiter

    def keep(self, rows: Sequence[int]) -> "Found":
        """Return the rows of these numbers; what is said of the files stays."""
        columns = {name: [cells[i] for i in rows] for name, cells in self.columns.items()}
        given = self.given and [self.given[i] for i in rows]
        places = [self.places[i] for i in rows]
        return Found(columns, places, given, self.broken, self.said, self.file)


def is_missing(cell: Any) -> bool:
    """Say whether a cell holds nothing: no value, no number, or blanks alone."""
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def find_column(
    columns: Collection[str], names: Sequence[str], taken: Collection[str] = ()
) -> str | None:
    """Return the column that has the first of the `names`, whatever its case; those `taken` not."""
    plain = {as_name(column): column for column in reversed([*columns]) if column not in taken}
    return next((plain[name] for name in map(as_name, names) if name in plain), None)


def as_name(column: str) -> str:
    """Return the letters and digits of a name: `Review_Text` is `reviewtext`."""
    return re.sub(r"[\W_]+", "", column).lower()


def require_column(columns: Collection[str], name: str, reason: str) -> None:
    """Make sure that there is a column.

    Args:
        columns: Those that there are.
        name: The one that is wanted.
        reason: Who asks for it, such as `data.text_column asks for`.

    Raises:
        UserError: it is not there; the message names one like it.
    """
    if name in columns:
        return
    like = get_close_matches(name, [*columns], 1)
    meant = f"; does it mean {like[0]!r}?" if like else ""
    raise UserError(f"{reason} {name!r}, but there is no such column in {[*columns]}{meant}")


def hash_rows(*columns: Sequence[Any]) -> list[str]:
    """Return a short hash of the cells of each row; equal rows have equal ones."""
    return [hash_cells(cells) for cells in zip(*columns, strict=True)]


def hash_cells(cells: Sequence[Any]) -> str:
    """Return a short hash of texts, or lists of them."""
    texts = ("\x1e".join(cell) if isinstance(cell, list) else str(cell) for cell in cells)
    content = "\x1f".join(texts).encode(errors="surrogatepass")
    return blake2b(content, digest_size=8).hexdigest()
