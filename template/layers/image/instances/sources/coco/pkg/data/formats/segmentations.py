"""Every form that a `segmentation` of COCO may have, as compressed run lengths.

A pixel is in a polygon by the rule of pycocotools, which rasterises it.
"""

from typing import Any

import numpy as np
from pycocotools import mask as coco_mask

from .run_lengths import measure, unpack

MIN_NUMBERS = 6  # in a polygon: x and y of three points


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
