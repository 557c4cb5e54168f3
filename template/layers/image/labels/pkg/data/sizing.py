"""How images come to one size: in proportion, with a margin where training chooses crops.

`resize` brings the shorter side to the size of `data.input_shape` and cuts off both ends of the
longer one. Where crops are taken, images are kept at 8/7 of that size, as 256 pixels for crops of
224: training takes crops of them, everything else the middle.
"""

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from .settings import DataSettings

CROPS = {"crop", "center_crop"}  # steps of the preprocessing
CHOOSING = {"random_resized_crop"}  # augmentations that choose a part of what is kept


def has_margin(settings: DataSettings) -> bool:
    """Say whether images are kept larger than the model sees them, for training to crop."""
    steps = {*settings.preprocessing}
    crops = CROPS & steps or "pad" not in steps  # which keeps all of an image
    return bool("resize" in steps and crops and CHOOSING & {*settings.augmentation})


def kept_shape(settings: DataSettings) -> list[int]:
    """Return channels, height and width of an image as it is kept until a batch is prepared."""
    channels, height, width = settings.input_shape
    return [channels, *(enlarge(height, width) if has_margin(settings) else (height, width))]


def enlarge(height: int, width: int) -> tuple[int, int]:
    """Return the size with a margin to crop."""
    return round(height * 8 / 7), round(width * 8 / 7)


def describe_sizing(settings: DataSettings) -> str:
    """Say in words how images come to the size of `data.input_shape`."""
    (height, width), steps = settings.input_shape[1:], settings.preprocessing
    words = ["padded with black to the proportions of data.input_shape"] * ("pad" in steps)
    size = f"{height} x {width}"
    if has_margin(settings) or ("resize" in steps and CROPS & {*steps}):
        high, wide = enlarge(height, width)
        words += [f"resized in proportion to cover {high} x {wide}"]
    elif "resize" in steps:
        words += [f"resized in proportion to cover {size}"]
    if has_margin(settings):
        words += [f"of which training takes random crops, and the rest the middle {size}"]
    elif CROPS & {*steps}:
        words += [f"of which the middle {size} is used"]
    elif "resize" in steps:
        words += ["what goes beyond it cut off"]
    return ", ".join(words) or f"as they are, {size}"


def preprocess(image: Image.Image, settings: DataSettings) -> Tensor:
    """Apply `data.preprocessing` in order; return uint8 [C, H, W] as `kept_shape` says.

    Raises:
        ValueError: the steps do not end at that shape.
    """
    (channels, height, width), steps = kept_shape(settings), settings.preprocessing
    target = settings.input_shape[1:]
    for number, step in enumerate(steps, 1):
        if step == "resize":
            crops = CROPS & {*steps[number:]}  # leave a margin
            image = cover(image, *(enlarge(*target) if crops else (height, width)))
        elif step == "pad":
            image = pad(image, *target)
        elif step == "grayscale":
            image = ImageOps.grayscale(image).convert(image.mode)
        elif not (has_margin(settings) and "resize" in steps[:number]):  # else `Prepare` crops
            left, top = (image.width - target[1]) // 2, (image.height - target[0]) // 2
            image = image.crop((left, top, left + target[1], top + target[0]))
    if image.size != (width, height):
        size = f"{image.height} x {image.width}, not data.input_shape's {height} x {width}"
        raise ValueError(f"{size}: let resize come last in data.preprocessing")
    return torch.from_numpy(np.array(image).reshape(height, width, channels)).permute(2, 0, 1)


def cover(image: Image.Image, height: int, width: int) -> Image.Image:
    """Resize the middle of an image to cover a size, with its proportions."""
    box = None
    if image.width * height > image.height * width:  # too wide
        half = image.height * width / height / 2
        box = (image.width / 2 - half, 0.0, image.width / 2 + half, float(image.height))
    elif image.width * height < image.height * width:  # too high
        half = image.width * height / width / 2
        box = (0.0, image.height / 2 - half, float(image.width), image.height / 2 + half)
    return image.resize((width, height), Image.Resampling.BILINEAR, box)


def pad(image: Image.Image, height: int, width: int) -> Image.Image:
    """Add black on both sides of an image, until it has the proportions of a size."""
    wide = max(image.width, -(-image.height * width // height))
    high = max(image.height, -(-image.width * height // width))
    return ImageOps.pad(image, (wide, high))


def cut_off(width: int, height: int, settings: DataSettings) -> float:
    """Return the part of an image of this size, 0 to 1, that `resize` cuts off for proportions."""
    if "resize" not in settings.preprocessing or "pad" in settings.preprocessing:
        return 0.0
    _, high, wide = settings.input_shape
    ratio = width * high / (height * wide)
    return 1 - min(ratio, 1 / ratio)


def crop_middle(images: Tensor, size: Sequence[int]) -> Tensor:
    """Return the middle of images [B, C, Hk, Wk] as a view [B, C, H, W]."""
    (height, width), (high, wide) = size, images.shape[-2:]
    top, left = (high - height) // 2, (wide - width) // 2
    return images[..., top : top + height, left : left + width]
