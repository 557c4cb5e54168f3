"""A sample: an image and the objects in it, which move as the image is sized."""

import torch
from PIL import Image
from torch import Tensor

from ..batch import Batch
from .info import DataInfo
from .objects import Objects, ObjectTable
from .scales import scales_of
from .settings import DataSettings
from .sizing import preprocess


def make_sample(image: Image.Image, target: Objects, index: int, settings: DataSettings) -> Batch:
    """Return an image with its objects as a batch of one.

    Raises:
        ValueError: the image has not the size that its boxes were drawn on.
    """
    check_target(target, image.size)
    scales = scales_of(*image.size, settings)
    return Batch(
        preprocess(image, settings)[None],
        (target.boxes * scales.repeat(2))[None],
        target.labels[None],
        target.ignored[None],
        target.areas[None],
        scales[None],
        torch.tensor([index]),
        torch.tensor([index]),
    )


def chances(targets: ObjectTable, train: Tensor, settings: DataSettings) -> Tensor | None:
    """Return chances of the samples `train` [N] to be drawn: none, each once an epoch."""
    return None


def check_target(target: Objects, size: tuple[int, int]) -> None:
    """Compare the width and height of an image with those that its boxes were drawn on.

    Raises:
        ValueError: they differ.
    """
    annotated = tuple(target.size.tolist())
    if any(annotated) and size != annotated:
        sizes = "{} x {} pixels, but its annotations say {} x {}".format(*size, *annotated)
        raise ValueError(f"{sizes}: the boxes are of another image")


def check_known(targets: ObjectTable, info: DataInfo) -> None:
    """Compare what classes mean with what they meant in training; their names say it."""


def unknown(count: int) -> ObjectTable:
    """Return targets for samples whose objects nobody knows."""
    none = torch.zeros(0)
    zeros = torch.zeros(count, 2, dtype=torch.int64)
    labels, ignored = none.long(), none.to(torch.uint8)
    names = list(range(count))
    return ObjectTable(none.view(0, 4), labels, ignored, none, zeros[:, 0], zeros, [], [*names])


def strata(targets: ObjectTable) -> Tensor | None:
    """Return what each split is to have as much of: nothing, images have many classes."""
    return None
