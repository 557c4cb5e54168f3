"""Of which class an object is by its number."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from ...engine.errors import UserError
from ..settings import DataSettings

VOID_NAME = "void"  # in `data.id_classes`: what is no object
OBJECT = "object"  # the class where nobody names one


class Range(NamedTuple):
    """Numbers of one class."""

    first: int
    last: int
    name: str


class IdClasses(NamedTuple):
    """The class of each number."""

    names: list[str]  # of the classes, in order
    ranges: list[Range]  # rising; none: all numbers are of the first class

    def class_of(self, number: int) -> str:
        """Return the class of a number, `VOID_NAME` for what is no object, or "": nobody says."""
        if not self.ranges:
            return self.names[0]
        return next((x.name for x in self.ranges if x.first <= number <= x.last), "")


def find_classes(settings: DataSettings) -> IdClasses:
    """Return what `data.id_classes` says, or one class for all.

    Raises:
        UserError: a key is no number or range, two overlap, or there are several classes and
            nobody says which numbers are whose.
    """
    names, given = settings.class_names, settings.id_classes
    if given:
        ranges = read_ranges(given)
        own = dict.fromkeys(name for name in given.values() if name != VOID_NAME)
        if unknown := [name for name in own if names and name not in names]:
            raise UserError(f"data.class_names lacks {unknown} of data.id_classes")
        return IdClasses(names or [*own], ranges)
    if names and len(names) > 1:
        example = f'"1-99": {names[0]}, "100-199": {names[1]}'
        problem = f"data.class_names has {len(names)} classes, and nothing tells them apart"
        raise UserError(f"data.id_classes: {problem}: say which numbers are whose, as {example}")
    return IdClasses(names or [OBJECT], [])


def read_ranges(given: Mapping[str, str]) -> list[Range]:
    """Return the ranges of `data.id_classes`, rising.

    Raises:
        UserError: a key is no number or range, or two overlap.
    """
    ranges = []
    for key, name in given.items():
        parts = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", str(key))  # YAML reads 7 as int
        first, last = (int(parts[1]), int(parts[2] or parts[1])) if parts else (0, 0)
        if not 0 < first <= last:
            raise UserError(f"data.id_classes: {key!r} is no number above 0 as 7, nor 1000-1999")
        ranges.append(Range(first, last, name))
    ranges.sort()
    for one, other in pairwise(ranges):
        if other.first <= one.last:
            raise UserError(f"data.id_classes: {other.first} is both {one.name} and {other.name}")
    return ranges
