"""Images and their boxes from COCO JSON: `"bbox"` is x, y, width and height in pixels.

`data.dataset_path` is such a file or a folder with one, or with one for each split, as
`train/_annotations.coco.json` or `annotations/instances_train2017.json`.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..boxes import CROWD
from ..engine.errors import UserError
from .annotated_images import known_sizes, read_annotated
from .annotations import Annotations, Rows, as_boxes, make_samples
from .coco import Numbered, number_annotations
from .coco_set import read_set
from .samples import Samples
from .settings import DataSettings
from .xywh import as_area, judge_convention, to_corners


def load_samples(settings: DataSettings) -> Samples:
    """Read the COCO files; find their images.

    Raises:
        UserError: there is no COCO file or no image, or ids, names or splits contradict.
    """
    found = read_set(Path(settings.dataset_path))
    classes = {id_: label for label, id_ in enumerate(found.categories)}
    rows, broken, findings = list[Rows](), dict(found.broken), []
    for file, numbers in zip(found.files, found.numbers, strict=True):
        if file.annotations and not any("bbox" in each for each in file.annotations):
            problem = "no annotation has a bbox: these may be captions or panoptic segments"
            raise UserError(f"data.dataset_path: {found.root / file.name}: {problem}")
        objects = number_annotations(file, numbers, classes)
        boxes = as_boxes([each.get("bbox") for each in objects.records])
        rows.append(make_rows(objects, boxes))
        broken |= objects.broken
        findings += objects.findings
        findings += judge_convention(boxes, found.sizes[objects.images], file.name)
    read = partial(read_annotated, found.root, known_sizes(found.names, found.sizes))
    return make_samples(
        settings,
        read,
        Annotations(
            names=found.names,
            sizes=found.sizes,
            image_ids=found.ids,
            categories=found.categories,
            rows=join_rows(rows),
            splits=found.splits if all(found.splits) else [],
            broken=broken,
            findings=findings,
        ),
    )


def make_rows(objects: Numbered, boxes: NDArray[np.float64]) -> Rows:
    """Return objects with their boxes [T, 4], which are x, y, width, height."""
    crowd = np.array([each.get("iscrowd") in (1, True) for each in objects.records], bool)
    return Rows(
        images=objects.images,
        boxes=to_corners(boxes),
        labels=objects.labels,
        ignored=np.where(crowd, CROWD, 0).astype(np.uint8),
        areas=np.array([as_area(each.get("area")) for each in objects.records], np.float64),
        places=objects.places,
    )


def join_rows(parts: list[Rows]) -> Rows:
    """Return the rows of several files as those of one."""
    arrays = ("images", "boxes", "labels", "ignored", "areas")
    joined: dict[str, NDArray[Any]] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays
    }
    return Rows(**joined, places=[place for part in parts for place in part.places])
