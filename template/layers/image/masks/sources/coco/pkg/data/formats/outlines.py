"""From the outlines of objects, as COCO has them, to the class of each pixel.

Polygons are filled by the rule of pycocotools, which other tools use as well: a pixel belongs to
what covers its middle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from pycocotools import mask as rle

from ...masks import VOID
from ..masks import Array

CORNERS = 3  # of a polygon at least


class Outline(NamedTuple):
    """What an image shows in one place."""

    place: str  # of its record, for messages
    label: int  # class from 0
    is_crowd: bool  # a region with many of that class, and others between them
    segmentation: Any  # polygons, each x1, y1, x2, y2, ... in pixels; or run lengths


@dataclass(frozen=True)
class Outlines:
    """The outlines in all images."""

    objects: Mapping[str, Sequence[Outline]]  # of each image by its name; none: nothing is there
    sizes: Mapping[str, tuple[int, int]]  # width and height of each image
    background: int  # class of pixels that are in no outline

    def __call__(self, name: str) -> Array:
        """Return the class of each pixel of an image, uint8 [H, W].

        Where objects overlap, the smaller one is in front. Crowds are behind all others, and void.

        Raises:
            ValueError: an outline is none, or of an image of another size.
        """
        width, height = self.sizes[name]
        classes = np.full((height, width), self.background, np.uint8)
        found = [(each, fill(each, width, height)) for each in self.objects.get(name, ())]
        found.sort(key=lambda pair: (not pair[0].is_crowd, -int(pair[1].sum())))
        for each, inside in found:
            classes[inside] = VOID if each.is_crowd else each.label
        return classes


def fill(outline: Outline, width: int, height: int) -> Array:
    """Return whether each pixel is inside, bool [H, W].

    Raises:
        ValueError: it is no outline, or of an image of another size.
    """
    segmentation = outline.segmentation
    if isinstance(segmentation, Mapping):
        size, counts = segmentation.get("size"), segmentation.get("counts")
        if size != [height, width]:
            problem = f"is of {size} pixels, not of {[height, width]}"
            raise ValueError(f"{outline.place}: the segmentation {problem}")
        runs = decompress(counts) if isinstance(counts, str) else np.asarray(counts)
        return unroll(outline.place, runs, width, height)
    polygons = segmentation if isinstance(segmentation, list) else []
    if not polygons or not all(is_polygon(each) for each in polygons):
        wanted = f"polygons of {CORNERS} corners or more, or run lengths"
        raise ValueError(f"{outline.place}: the segmentation is not {wanted}")
    parts = rle.frPyObjects([np.asarray(each, np.float64) for each in polygons], height, width)
    runs = decompress(rle.merge(parts)["counts"].decode())
    return unroll(outline.place, runs, width, height)


def decompress(text: str) -> Array:
    """Return run lengths from the text that pycocotools makes of them.

    A character has five bits of a number, the lowest first, and one that says whether more follow;
    the last bit of all is the sign. From the fourth on, a number is what is to be added to the run
    before the one before.
    """
    codes = np.frombuffer(text.encode("latin-1", "replace"), np.uint8).astype(np.int64) - 48
    last = np.flatnonzero(codes & 32 == 0)  # characters that end a number
    if not len(last):
        return np.zeros(0, np.int64)
    first = np.concatenate([[0], last[:-1] + 1])
    codes = codes[: last[-1] + 1]
    places = np.arange(len(codes)) - np.repeat(first, last - first + 1)
    runs: Array = np.add.reduceat((codes & 31) << (5 * places), first)
    runs -= (codes[last] & 16 > 0) * (1 << (5 * (last - first + 1)))
    for start in (1, 2):
        runs[start::2] = np.cumsum(runs[start::2])
    return runs


def unroll(place: str, runs: Array, width: int, height: int) -> Array:
    """Return pixels [H, W] from run lengths: outside and inside in turn, column by column.

    Raises:
        ValueError: they are not of so many pixels.
    """
    if runs.ndim != 1 or runs.dtype.kind not in "iu" or (runs < 0).any():
        raise ValueError(f"{place}: the run lengths of the segmentation are no numbers from 0")
    if runs.sum() != width * height:
        problem = f"sum to {runs.sum():,}, not to {width} x {height} pixels"
        raise ValueError(f"{place}: the run lengths of the segmentation {problem}")
    inside: Array = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(width, height).T
    return inside


def is_polygon(value: Any) -> bool:
    """Say whether a value is a list of numbers, two for each corner."""
    if not isinstance(value, list) or len(value) < 2 * CORNERS or len(value) % 2:
        return False
    return all(isinstance(number, int | float) and isfinite(number) for number in value)
