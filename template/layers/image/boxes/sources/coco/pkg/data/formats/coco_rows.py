"""The objects of a COCO file."""

import numpy as np
from numpy.typing import NDArray

from ...boxes import CROWD
from ..rows import Rows
from .box_numbers import as_boxes
from .coco import Numbered
from .xywh import as_area, judge_convention, to_corners


def read_rows(objects: Numbered, sizes: NDArray[np.int64], name: str) -> Rows:
    """Return the objects of a file, and add to `objects.findings` what is odd.

    Args:
        objects: Records with the numbers of their images and classes.
        sizes: Width and height of all N images [N, 2]; 0: not known.
        name: Of the file.
    """
    boxes = as_boxes([each.get("bbox") for each in objects.records])
    objects.findings.extend(judge_convention(boxes, sizes[objects.images], name))
    crowd = np.array([each.get("iscrowd") in (1, True) for each in objects.records], bool)
    return Rows(
        images=objects.images,
        boxes=to_corners(boxes),
        labels=objects.labels,
        ignored=np.where(crowd, CROWD, 0).astype(np.uint8),
        areas=np.array([as_area(each.get("area")) for each in objects.records], np.float64),
        places=objects.places,
    )
