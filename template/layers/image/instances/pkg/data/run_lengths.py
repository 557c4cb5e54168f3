"""Masks as run lengths, as COCO compresses them: the one form in which they are kept.

Pixels are counted down each column from the left: how many are 0, then how many are 1, and so on.
A pixel is in a polygon by the rule of pycocotools, which rasterises it. H x W pixels.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

Mask = NDArray[np.uint8]
MIN_NUMBERS = 6  # in a polygon: x and y of three points


def encode(mask: NDArray[Any]) -> bytes:
    """Return the run lengths of a mask [H, W], whose pixels are the object's where it is not 0."""
    counts: bytes = coco_mask.encode(np.asfortranarray(mask != 0, np.uint8))["counts"]
    return counts


def decode(counts: bytes, width: int, height: int) -> Mask:
    """Return the mask uint8 [H, W], 0 or 1, of run lengths."""
    mask: Mask = coco_mask.decode({"size": [height, width], "counts": counts})
    return mask


def measure(counts: bytes, width: int, height: int) -> tuple[int, list[float]]:
    """Return how many pixels a mask has, and its box: x1, y1, x2, y2."""
    runs = {"size": [height, width], "counts": counts}
    x, y, wide, high = coco_mask.toBbox(runs).tolist()
    return int(coco_mask.area(runs)), [x, y, x + wide, y + high]


def from_coco(segmentation: Any, width: int, height: int) -> bytes:
    """Return the run lengths of a `segmentation` of COCO, in an image of this size.

    It may be polygons, of which each pixel of any is the object's, or run lengths, compressed or
    not.

    Raises:
        ValueError: it is none, is of another size, or no pixel of the image is in it.
    """
    if not segmentation:
        raise ValueError("it has no segmentation")
    if not width or not height:
        raise ValueError("the size of its image is not known")
    if isinstance(segmentation, dict):
        counts = from_runs(segmentation, width, height)
    elif isinstance(segmentation, list):
        counts = from_polygons(segmentation, width, height)
    else:
        raise ValueError(f"its segmentation is {type(segmentation).__name__}, not polygons or runs")
    if not measure(counts, width, height)[0]:
        raise ValueError("no pixel of the image is in its segmentation")
    return counts


def from_polygons(polygons: list[Any], width: int, height: int) -> bytes:
    """Return the run lengths of polygons: lists of x, y, x, y, …, or one such list.

    Raises:
        ValueError: one is not three points or more.
    """
    if not isinstance(polygons[0], list):
        polygons = [polygons]
    for polygon in polygons:  # pycocotools takes four numbers for a box, and others on trust
        good = isinstance(polygon, list) and len(polygon) >= MIN_NUMBERS and not len(polygon) % 2
        numbers = good and all(isinstance(x, int | float) for x in polygon)
        if not (numbers and np.isfinite(polygon).all()):
            raise ValueError("a polygon of its segmentation is not x and y of three points or more")
    parts = coco_mask.frPyObjects(polygons, height, width)
    counts: bytes = coco_mask.merge(parts)["counts"]
    return counts


def from_runs(found: dict[str, Any], width: int, height: int) -> bytes:
    """Return the run lengths, compressed, of a dict with `size` and `counts`.

    Raises:
        ValueError: they are not those of an image of this size.
    """
    size, counts = found.get("size"), found.get("counts")
    if size != [height, width]:
        raise ValueError(f"the size of its segmentation is {size}, not {[height, width]}")
    if isinstance(counts, str | bytes):
        packed = counts.encode() if isinstance(counts, str) else counts
        lengths = unpack(packed)
    else:
        packed, lengths = b"", np.array(counts if is_counts(counts) else [-1], np.int64)
    if (lengths < 0).any() or lengths.sum() != height * width:
        raise ValueError("the run lengths of its segmentation do not add up to its image")
    if packed:
        return packed
    runs = {"size": size, "counts": lengths.tolist()}
    done: bytes = coco_mask.frPyObjects(runs, height, width)["counts"]
    return done


def is_counts(value: Any) -> bool:
    """Say whether a value is a list of whole numbers."""
    return isinstance(value, list) and all(isinstance(each, int) for each in value)


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
