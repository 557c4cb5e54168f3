"""From an image as it is stored to bytes of the one shape that the model takes."""

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from ..errors import UserError
from .samples import MODES


def preprocess(image: Image.Image, steps: Sequence[str], shape: Sequence[int]) -> Tensor:
    """Apply `steps` in order and return uint8 [C, H, W]; nothing here is random."""
    channels, height, width = shape
    cropped = "crop" in steps or "center_crop" in steps
    for step in steps:
        if step == "resize" and cropped:  # the crop needs a margin, an eighth as usual
            scale = max(height / image.height, width / image.width) * 8 / 7
            size = (round(image.width * scale), round(image.height * scale))
            image = image.resize(size, Image.Resampling.BILINEAR)
        elif step == "resize":
            image = image.resize((width, height), Image.Resampling.BILINEAR)
        elif step in ("crop", "center_crop"):  # beyond the edge everything is black
            left, top = (image.width - width) // 2, (image.height - height) // 2
            image = image.crop((left, top, left + width, top + height))
        elif step == "pad":  # to a square, so that resizing keeps the proportions
            image = ImageOps.pad(image, (max(image.size), max(image.size)))
        elif step == "grayscale":
            image = ImageOps.grayscale(image)
    if image.size != (width, height):
        raise UserError(
            f"an image is {image.height} x {image.width} where data.input_shape says "
            f"{height} x {width}: add resize to data.preprocessing"
        )
    pixels = np.array(image.convert(MODES[channels]), dtype=np.uint8)
    return torch.from_numpy(pixels.reshape(height, width, channels)).permute(2, 0, 1)
