"""Objects that a source has as masks alone: their boxes and areas are those of the masks."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .annotations import Annotations, make_samples
from .formats.run_lengths import encode, measure
from .rows import Rows
from .samples import Samples
from .settings import DataSettings


class Mark(NamedTuple):
    """An object in an image."""

    label: str
    counts: bytes  # run lengths of its mask
    width: int  # of the mask, and so of the image
    height: int
    place: str  # in messages, like no other


def mark(label: str, mask: NDArray[Any], place: str) -> Mark:
    """Return an object with a mask [H, W], which is not 0 where it is."""
    height, width = mask.shape
    return Mark(label, encode(mask), width, height, place)


def make_marked(
    settings: DataSettings, read: Callable[[str], Image.Image], images: Mapping[str, list[Mark]]
) -> Samples:
    """Return samples of images, with the objects in each, by its name. An empty mask is left out.

    Raises:
        UserError: there are no images, or `data.class_names` do not fit.
    """
    marks = [each for some in images.values() for each in some]
    classes = sorted({each.label for each in marks})
    measured = [measure(each.counts, each.width, each.height) for each in marks]
    rows = Rows(
        images=np.arange(len(images)).repeat([len(some) for some in images.values()]),
        boxes=np.array([box for _, box in measured], np.float64).reshape(-1, 4),
        labels=np.array([classes.index(each.label) for each in marks], np.int64),
        ignored=np.zeros(len(marks), np.uint8),
        areas=np.array([pixels for pixels, _ in measured], np.float64),
        masks=[each.counts for each in marks],
        places=[each.place for each in marks],
    )
    sizes = [(some[0].width, some[0].height) if some else (0, 0) for some in images.values()]
    known = np.array(sizes, np.int64).reshape(-1, 2)
    found = Annotations([*images], known, [*images], dict(enumerate(classes)), rows)
    return make_samples(settings, read, found)
