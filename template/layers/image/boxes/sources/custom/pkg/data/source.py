"""The images and objects that `custom.py` describes."""

from functools import partial
from pathlib import Path

import numpy as np

from ..engine.errors import UserError
from .annotations import Annotations, make_samples
from .custom import find_objects, read_image
from .formats.box_numbers import as_boxes
from .rows import Rows
from .samples import Samples
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Ask `custom.py` for its images and objects; number their classes.

    Raises:
        UserError: there are no images, or their classes do not fit the settings.
    """
    root = Path(settings.dataset_path)
    objects = find_objects(root)
    if not objects:
        raise UserError(f"data.dataset_path: data/custom.py finds nothing in {root.resolve()}")
    names = list(objects)
    rows = [
        (image, label, box, f"data/custom.py: {name!r} object {number}")
        for image, name in enumerate(names)
        for number, (label, box) in enumerate(objects[name], 1)
    ]
    classes = sorted({label for _, label, _, _ in rows})
    numbers = {label: number for number, label in enumerate(classes)}
    found = Rows(
        images=np.array([image for image, _, _, _ in rows], np.int64),
        boxes=as_boxes([box for _, _, box, _ in rows]),
        labels=np.array([numbers[label] for _, label, _, _ in rows], np.int64),
        ignored=np.zeros(len(rows), np.uint8),
        areas=np.zeros(len(rows)),
        places=[place for _, _, _, place in rows],
    )
    unknown = np.zeros((len(names), 2), np.int64)  # sizes, until images are read
    annotated = Annotations(names, unknown, [*names], dict(enumerate(classes)), found)
    return make_samples(settings, partial(read_image, root), annotated)
