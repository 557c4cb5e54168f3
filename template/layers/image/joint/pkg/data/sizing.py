"""How images come to one size: whole, in proportion, at the top left of what the model sees.

What has to be found in an image moves with it: a pixel of the input is a pixel of the file times
a scale. The rest of the input is filled (letterbox).
"""

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from .settings import DataSettings

FILL = 114  # of 255: the grey that detectors are usually trained with


def kept_shape(settings: DataSettings) -> list[int]:
    """Return channels, height and width of an image as it is kept until a batch is prepared."""
    return settings.input_shape


def describe_sizing(settings: DataSettings) -> str:
    """Say in words how images come to the size of `data.input_shape`."""
    height, width = settings.input_shape[1:]
    return f"resized in proportion to fit into {height} x {width}, the rest filled"


def cut_off(width: int, height: int, settings: DataSettings) -> float:
    """Return the part of an image of this size that is cut off for proportions: none."""
    return 0.0


def fit(width: int, height: int, settings: DataSettings) -> tuple[int, int]:
    """Return the width and height that an image of this size has in the input."""
    high, wide = settings.input_shape[1:]
    scale = min(wide / width, high / height)
    return min(wide, max(1, round(width * scale))), min(high, max(1, round(height * scale)))


def preprocess(image: Image.Image, settings: DataSettings) -> Tensor:
    """Apply `data.preprocessing`; return uint8 [C, H, W]."""
    channels, height, width = settings.input_shape
    if "grayscale" in settings.preprocessing:
        image = ImageOps.grayscale(image).convert(image.mode)
    image = image.resize(fit(*image.size, settings), Image.Resampling.BILINEAR)
    pixels = np.array(image).reshape(image.height, image.width, channels)
    found = torch.full((channels, height, width), FILL, dtype=torch.uint8)
    found[:, : image.height, : image.width] = torch.from_numpy(pixels).permute(2, 0, 1)
    return found
