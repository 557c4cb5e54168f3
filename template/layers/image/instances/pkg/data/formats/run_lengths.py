"""Masks as run lengths, as COCO compresses them: the form in which they are kept.

Pixels are counted down each column from the left: how many are 0, then how many are 1, and so on.
H x W pixels.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

Mask = NDArray[np.uint8]
ToMask = Callable[[bytes, int, int], Mask]  # from a mask as it is kept, and width and height


def encode(mask: NDArray[Any]) -> bytes:
    """Return the run lengths of a mask [H, W], whose pixels are the object's where it is not 0."""
    counts: bytes = coco_mask.encode(np.asfortranarray(mask != 0, np.uint8))["counts"]
    return counts


def decode(counts: bytes, width: int, height: int) -> Mask:
    """Return the mask uint8 [H, W], 0 or 1, of run lengths."""
    lengths = unpack(counts)
    values = (np.arange(len(lengths)) % 2).astype(np.uint8)
    return np.ascontiguousarray(values.repeat(lengths).reshape(width, height).T)


def measure(counts: bytes, width: int, height: int) -> tuple[int, list[float]]:
    """Return how many pixels a mask has, and its box: x1, y1, x2, y2."""
    runs = {"size": [height, width], "counts": counts}
    x, y, wide, high = coco_mask.toBbox(runs).tolist()
    return int(coco_mask.area(runs)), [x, y, x + wide, y + high]


def unpack(counts: bytes) -> NDArray[np.int64]:
    """Return the run lengths int64 [R]; -1 alone for what is none.

    A number takes characters from "0" on, of six bits: five of the number, the lowest first, and
    one that says whether more follow; the last bit of the number is its sign. From the fourth on
    it is the difference from the one before the last. pycocotools takes them on trust.
    """
    codes = np.frombuffer(counts, np.uint8).astype(np.int64) - 48
    ends = np.flatnonzero((codes & 32) == 0)
    if (
        not len(codes)
        or (codes < 0).any()
        or (codes > 63).any()
        or ends[-1:].sum() != len(codes) - 1
    ):
        return np.array([-1])
    starts = np.append(0, ends[:-1] + 1)
    places = np.arange(len(codes)) - starts.repeat(ends - starts + 1)
    if places.max() > 6:  # more than 32 bits
        return np.array([-1])
    values = np.add.reduceat((codes & 31) << 5 * places, starts)
    values -= np.where(codes[ends] & 16, 1 << 5 * (places[ends] + 1), 0)
    for first in (1, 2):
        values[first::2] = values[first::2].cumsum()
    return values
