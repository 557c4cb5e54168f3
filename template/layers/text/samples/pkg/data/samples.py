"""Texts as a form of data reads them from the rows of a source, before any split."""

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor


@dataclass(frozen=True)
class Examples:
    """N samples, each with what is to be learnt of it."""

    names: list[str]  # a hash of what the model sees: equal texts are of one split
    places: list[str]  # file and line
    given: list[str] | None  # split of each sample, where the data say so
    inputs: dict[str, list[Any]]  # texts, or lists of words, by their role
    targets: Any  # as `task/targets.py` makes them
    output_names: list[str]  # of the classes, labels or targets
    columns: dict[str, Any]  # names of the files' columns, by what they are used for
    strata: Tensor | None = None  # int64 [N] of which each split has as much, in proportion
    broken: list[tuple[str, str]] = field(default_factory=list)  # places left out, and why
    said: list[str] = field(default_factory=list)  # what was found out of the files, in words
    file: dict[str, str] = field(default_factory=dict)  # format, encoding, delimiter
    header: list[str] = field(default_factory=list)  # names of all columns of the files
