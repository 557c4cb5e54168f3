"""A sample: an image and the objects in it, which move as the image is sized."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..batch import Batch
from .formats.run_lengths import Mask
from .info import DataInfo
from .objects import Objects, ObjectTable
from .scales import scales_of
from .settings import DataSettings
from .sizing import fit, preprocess


def make_sample(image: Image.Image, target: Objects, index: int, settings: DataSettings) -> Batch:
    """Return an image with its objects as a batch of one.

    Raises:
        ValueError: the image has not the size that its objects were drawn on.
    """
    check_target(target, image.size)
    scales = scales_of(*image.size, settings)
    masks = torch.zeros(len(target.labels), *settings.input_shape[1:], dtype=torch.uint8)
    for i, kept in enumerate(target.masks):
        masks[i] = size_mask(target.to_mask(kept, *image.size), settings)
    return Batch(
        preprocess(image, settings)[None],
        (target.boxes * scales.repeat(2))[None],
        target.labels[None],
        target.ignored[None],
        target.areas[None],
        masks[None],
        torch.tensor([image.size]),
        scales[None],
        torch.tensor([index]),
        torch.tensor([index]),
    )


def size_mask(mask: Mask, settings: DataSettings) -> Tensor:
    """Return a mask uint8 [H, W] of the input's size.

    A pixel is the object's if at least half of what it stands for is.
    """
    high, wide = mask.shape
    size = fit(wide, high, settings)
    if size != (wide, high):
        resized = Image.fromarray(mask * np.uint8(255)).resize(size, Image.Resampling.BOX)
        mask = (np.asarray(resized) >= 128).astype(np.uint8)
    found = torch.zeros(*settings.input_shape[1:], dtype=torch.uint8)
    found[: size[1], : size[0]] = torch.from_numpy(mask)
    return found


def chances(targets: ObjectTable, train: Tensor, settings: DataSettings) -> Tensor | None:
    """Return chances of the samples `train` [N] to be drawn: none, each once an epoch."""
    return None


def check_target(target: Objects, size: tuple[int, int]) -> None:
    """Compare the width and height of an image with those that its objects were drawn on.

    Raises:
        ValueError: they differ.
    """
    annotated = tuple(target.size.tolist())
    if any(annotated) and size != annotated:
        sizes = "{} x {} pixels, but its annotations say {} x {}".format(*size, *annotated)
        raise ValueError(f"{sizes}: the objects are of another image")


def check_known(targets: ObjectTable, info: DataInfo) -> None:
    """Compare what classes mean with what they meant in training; their names say it."""


def unknown(count: int) -> ObjectTable:
    """Return targets for samples whose objects nobody knows."""
    none = torch.zeros(0)
    zeros = torch.zeros(count, 2, dtype=torch.int64)
    labels, small = none.long(), none.to(torch.uint8)
    names = list(range(count))
    boxes = none.view(0, 4)
    return ObjectTable(boxes, labels, small, none, small, labels, zeros[:, 0], zeros, [], [*names])


def strata(targets: ObjectTable) -> Tensor | None:
    """Return what each split is to have as much of: nothing, images have many classes."""
    return None
