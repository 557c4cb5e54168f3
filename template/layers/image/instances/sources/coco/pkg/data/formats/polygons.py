"""Polygons of COCO, all of a file at once: they are kept as they are until an image is read.

To fill those of a set of COCO's size takes a minute, and to keep them seconds. L polygons, P
points in all of them.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from .run_lengths import Mask, decode

MIN_NUMBERS = 6  # in a polygon: x and y of three points
MARK = b"\0"  # what polygons begin with as they are kept; run lengths begin with no such byte
THIN = 2.0  # pixels: a polygon that is thinner on average may have no pixel
NUMBERS = {int, float}


class Outline(NamedTuple):
    """An object as polygons."""

    content: bytes  # for `to_mask`
    box: list[float]  # x1, y1, x2, y2 around it


def find_outlines(segmentations: Sequence[Any], sizes: NDArray[np.int64]) -> dict[int, Outline]:
    """Return the objects that surely have pixels, as far as polygons tell, by their position.

    All others, such as one that reaches beyond its image, are to be looked at one by one.

    Args:
        segmentations: T of COCO, of any kind.
        sizes: Width and height of the image of each [T, 2]; 0: not known.
    """
    rows = [row for row, each in enumerate(segmentations) if are_polygons(each)]
    if not rows:
        return {}
    parts = [part for row in rows for part in segmentations[row]]  # L
    counts = np.array([len(segmentations[row]) for row in rows])  # polygons of each
    lengths = np.array([len(part) for part in parts])
    flat = np.fromiter(chain.from_iterable(parts), np.float64, lengths.sum())  # [2 P]
    points, starts = flat.reshape(-1, 2), (lengths.cumsum() - lengths) // 2
    low, high = np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)  # [L, 2]
    extents = high - low
    thick = areas_of(points, starts) >= THIN * extents.sum(1)  # not, where a number is none
    inside = (low >= 0).all(1) & (high <= sizes[rows].repeat(counts, 0)).all(1)
    first = counts.cumsum() - counts  # of the polygons of each object
    good = np.logical_and.reduceat(thick & inside, first)
    boxes = np.hstack([np.minimum.reduceat(low, first), np.maximum.reduceat(high, first)]).tolist()
    ends = lengths.cumsum()
    return {
        rows[i]: Outline(
            pack(lengths[k : k + n], flat[ends[k] - lengths[k] : ends[k + n - 1]]), boxes[i]
        )
        for i, k, n in zip(np.flatnonzero(good), first[good], counts[good], strict=True)
    }


def are_polygons(segmentation: Any) -> bool:
    """Say whether a value is lists of x, y, x, y, …, of three points or more each."""
    return (
        isinstance(segmentation, list)
        and len(segmentation) > 0
        and all(isinstance(part, list) for part in segmentation)
        and all(len(part) >= MIN_NUMBERS and not len(part) % 2 for part in segmentation)
        and all({*map(type, part)} <= NUMBERS for part in segmentation)
    )


def areas_of(points: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the area of polygons [L], whose points [P, 2] begin at `starts`."""
    following = np.arange(1, len(points) + 1)
    following[np.append(starts[1:], len(points)) - 1] = starts  # a polygon is closed
    (x, y), (next_x, next_y) = points.T, points[following].T
    with np.errstate(invalid="ignore"):
        found: NDArray[np.float64] = np.abs(np.add.reduceat(x * next_y - next_x * y, starts)) / 2
    return found


def pack(lengths: NDArray[np.int64], numbers: NDArray[np.float64]) -> bytes:
    """Return polygons as they are kept: how many, how many numbers each has, and the numbers."""
    head = np.array([len(lengths), *lengths], "<i4").tobytes()
    return MARK + head + numbers.astype("<f8").tobytes()


def to_mask(content: bytes, width: int, height: int) -> Mask:
    """Return the mask uint8 [H, W], 0 or 1, of polygons or of run lengths.

    A pixel is in a polygon by the rule of pycocotools.
    """
    if not content.startswith(MARK):
        return decode(content, width, height)
    [count] = np.frombuffer(content, "<i4", 1, len(MARK))
    lengths = np.frombuffer(content, "<i4", count, len(MARK) + 4)
    numbers = np.frombuffer(content, "<f8", offset=len(MARK) + 4 * (1 + count))
    parts = np.split(numbers, lengths.cumsum()[:-1])
    runs = coco_mask.merge(coco_mask.frPyObjects(parts, height, width))
    return decode(runs["counts"], width, height)
