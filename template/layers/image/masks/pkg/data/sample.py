"""A sample: an image and the class of each of its pixels, which move as the image is sized."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..batch import Batch
from ..engine.errors import UserError
from ..masks import VOID
from .info import DataInfo
from .masks import Array, Mask, Masks, blank
from .settings import DataSettings
from .sizing import fit, preprocess


def make_sample(image: Image.Image, target: Mask, index: int, settings: DataSettings) -> Batch:
    """Return an image with its mask as a batch of one.

    Raises:
        ValueError: the mask cannot be read, or is of another size; the message names it.
    """
    classes = read_mask(target, image.size) if target.name else blank(*image.size)
    return Batch(
        preprocess(image, settings)[None],
        size_mask(classes, settings)[None],
        torch.tensor([image.size]),
        torch.tensor([index]),
    )


def read_mask(target: Mask, size: tuple[int, int]) -> Array:
    """Return the class of each pixel uint8 [H, W] of an image of this width and height.

    Raises:
        ValueError: the mask cannot be read, or is of another size; the message names it.
    """
    classes = target.read()
    if classes.shape != size[::-1]:
        high, wide = classes.shape
        sizes = "{} x {} pixels, not {} x {} as its image".format(wide, high, *size)
        raise ValueError(f"mask {target.name} has {sizes}: it is of another one, or was resized")
    return classes


def size_mask(classes: Array, settings: DataSettings) -> Tensor:
    """Return a mask uint8 [H, W] of the input's size; each pixel is that of the nearest one.

    Between two classes there is no third, as a smooth resizing would make one up.
    """
    high, wide = classes.shape
    size = fit(wide, high, settings)
    resized = Image.fromarray(classes).resize(size, Image.Resampling.NEAREST)
    found = torch.full(settings.input_shape[1:], VOID, dtype=torch.uint8)
    found[: size[1], : size[0]] = torch.from_numpy(np.array(resized))
    return found


def chances(targets: Masks, train: Tensor, settings: DataSettings) -> Tensor | None:
    """Return chances of the samples `train` [N] to be drawn: none, each once an epoch."""
    return None


def check_target(target: Mask, size: tuple[int, int]) -> None:
    """Read the mask of an image of this width and height, as training will.

    Raises:
        ValueError: training cannot use it; the message names it.
    """
    read_mask(target, size)


def check_known(targets: Masks, info: DataInfo) -> None:
    """Compare what values in the masks mean with what they meant in training.

    Raises:
        UserError: a value is of another class.
    """
    known = info.targets["mask_values"]
    for value, name in targets.values.items():
        if known.get(value, name) != name:
            meant = f"was {known[value]!r} in training and would be {name!r} now"
            raise UserError(f"data.mask_values: {value} in masks {meant}: mend them, or say there")


def unknown(count: int) -> Masks:
    """Return targets for samples whose masks nobody knows."""
    return Masks([""] * count, no_mask, 0)


def no_mask(name: str) -> Array:
    """Return a mask of no pixel."""
    return blank(0, 0)


def strata(targets: Masks) -> Tensor | None:
    """Return what each split is to have as much of: nothing, images have many classes."""
    return None
