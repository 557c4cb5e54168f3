"""The objects of a COCO file, with their masks."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...boxes import CROWD
from ..annotations import name_some
from ..findings import Finding
from ..rows import Rows
from .box_numbers import as_boxes
from .coco import Numbered
from .polygons import find_outlines, to_mask
from .run_lengths import measure
from .segmentations import from_coco
from .xywh import as_area, judge_convention, to_corners

BESIDE = 2.0  # pixels between a side of a box and its mask's from which on it is reported


def read_rows(objects: Numbered, sizes: NDArray[np.int64], name: str) -> Rows:
    """Return the objects of a file that have a mask.

    To `objects.findings` is added what is odd, to `objects.broken` why others are left out.

    Args:
        objects: Records with the numbers of their images and classes.
        sizes: Width and height of all N images [N, 2]; 0: not known.
        name: Of the file.
    """
    masks = read_masks(objects, sizes)
    kept = np.array([*masks], np.int64)
    records = [objects.records[row] for row in masks]
    images, places = objects.images[kept], [objects.places[row] for row in masks]
    boxes = as_boxes([each.get("bbox") for each in records])
    objects.findings.extend(judge_convention(boxes, sizes[images], name))
    around = np.array([each.box for each in masks.values()], np.float64).reshape(-1, 4)
    objects.findings.extend(judge_boxes(to_corners(boxes), around, places))
    crowd = np.array([each.get("iscrowd") in (1, True) for each in records], bool)
    areas = [
        as_area(each.get("area")) or mask.pixels
        for each, mask in zip(records, masks.values(), strict=True)
    ]
    return Rows(
        images=images,
        boxes=to_corners(boxes),
        labels=objects.labels[kept],
        ignored=np.where(crowd, CROWD, 0).astype(np.uint8),
        areas=np.array(areas, np.float64),
        masks=[each.content for each in masks.values()],
        places=places,
        to_mask=to_mask,
    )


class Kept(NamedTuple):
    """A mask as it is kept until its image is read."""

    content: bytes  # polygons or run lengths
    box: list[float]  # x1, y1, x2, y2 around it
    pixels: int  # of the image in it; 0: nobody counted


def read_masks(objects: Numbered, sizes: NDArray[np.int64]) -> dict[int, Kept]:
    """Return the mask of each record, by its number; one without is named as broken.

    Polygons are filled where that tells whether they have pixels, or how many.
    """
    masks, of_images = dict[int, Kept](), sizes[objects.images]  # width and height [T, 2]
    outlines = find_outlines([each.get("segmentation") for each in objects.records], of_images)
    for row, (record, size) in enumerate(zip(objects.records, of_images.tolist(), strict=True)):
        if row in outlines and as_area(record.get("area")):
            masks[row] = Kept(*outlines[row], 0)
            continue
        try:
            counts = from_coco(record.get("segmentation"), *size)
        except ValueError as error:
            place = objects.places[row]
            objects.broken[place] = f"{place}: {error}"
            continue
        pixels, box = measure(counts, *size)
        masks[row] = Kept(counts, box, pixels)
    return masks


def judge_boxes(
    boxes: NDArray[np.float64], around: NDArray[np.float64], places: list[str]
) -> list[Finding]:
    """Return a finding if boxes [T, 4] are not `around` their masks: one of them is wrong."""
    apart = np.flatnonzero(np.abs(boxes - around).max(1, initial=0) > BESIDE)  # nan: no box
    if not len(apart):
        return []
    first = apart[0]
    both = [[*map(round, each[first].tolist())] for each in (boxes, around)]
    what = "{}, and its mask's {}".format(*both)
    problem = f"boxes more than {BESIDE:g} pixels from their masks: {len(apart):,}, the first: "
    remedy = "boxes and masks are used as they are; one of them is wrong"
    return [Finding("warning", name_some(places, apart), problem + what, remedy)]
