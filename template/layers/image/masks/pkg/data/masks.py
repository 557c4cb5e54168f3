"""Where the masks of all images are, before any is read, and what many of them hold.

N images, K classes.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..masks import VOID
from .findings import Finding

LOOKED = 2_000  # masks whose pixels are counted, evenly spread
Array = np.ndarray[Any, np.dtype[Any]]


class Mask(NamedTuple):
    """The mask of one image, unread."""

    name: str  # as messages show it; blank: nobody knows one
    load: Callable[[str], Array]  # from the name: uint8 [H, W] class of each pixel, or VOID

    def read(self) -> Array:
        """Return the class of each pixel, uint8 [H, W].

        Raises:
            ValueError: it cannot be read, or holds what is no class; the message names it.
        """
        try:
            return self.load(self.name)
        except Exception as error:  # each decoder of Pillow raises what it likes
            raise ValueError(f"mask {self.name}: {error or type(error).__name__}") from error


class Tally(NamedTuple):
    """How many pixels of some masks are of which class."""

    ids: Tensor  # int64 [L] of the samples whose masks were counted
    pixels: Tensor  # int64 [L, K + 1] of each class, and of none


@dataclass(frozen=True)
class Masks:
    """The masks of all images; worker processes get a pickled copy."""

    names: list[str]  # N
    load: Callable[[str], Array]
    num_classes: int
    values: Mapping[str, str] = field(default_factory=dict)  # class of each value that was found
    findings: Sequence[Finding] = ()  # what was odd where they were found

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> Mask:
        """Return the mask of an image."""
        return Mask(self.names[index], self.load)

    @cached_property
    def tally(self) -> Tally:
        """The pixels of each class in some masks: those that can be read."""
        with ThreadPoolExecutor() as pool:
            some = range(0, len(self), -(-len(self) // LOOKED) or 1)
            rows = dict(zip(some, pool.map(self.count, some), strict=True))
        found = {index: row for index, row in rows.items() if row is not None}
        none = torch.zeros(0, self.num_classes + 1, dtype=torch.int64)
        pixels = torch.stack([*found.values()]) if found else none
        return Tally(torch.tensor([*found], dtype=torch.int64), pixels)

    def count(self, index: int) -> Tensor | None:
        """Return the pixels of each class and of none [K + 1]; None for a mask that is broken."""
        try:
            counts = np.bincount(self[index].read().ravel(), minlength=VOID + 1)
        except ValueError:
            return None
        return torch.from_numpy(np.append(counts[: self.num_classes], counts[VOID]))

    def pixels_of(self, ids: Tensor) -> Tensor:
        """Return the rows of the tally [L, K + 1] that are of these samples."""
        return self.tally.pixels[torch.isin(self.tally.ids, ids)]


def blank(width: int, height: int) -> Array:
    """Return a mask uint8 [H, W] that says nothing."""
    return np.full((height, width), VOID, np.uint8)
