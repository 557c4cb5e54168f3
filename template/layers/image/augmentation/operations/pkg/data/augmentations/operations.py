"""The fourteen operations that RandAugment and TrivialAugment choose from.

All run on the whole batch and `torch.where` keeps the drawn one: to choose on the host
would make the device wait. Computed as in torchvision, but sampled bilinearly.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from .affine import warp
from .color import blend, grey

MOVES = ("shear_x", "shear_y", "translate_x", "translate_y", "rotate")
TONES = ("brightness", "contrast", "posterize", "solarize", "autocontrast", "equalize")
OPERATIONS = ("identity", "saturation", "sharpness", *MOVES, *TONES)


class Limits(NamedTuple):
    """What an operation does at strength 1."""

    shear: float  # slope
    translate_x: float  # pixels
    translate_y: float
    rotate: float  # degrees
    enhance: float  # change of a factor: brightness, contrast, saturation, sharpness
    posterize: int  # bits dropped of 8


def operate(
    images: Tensor, operation: Tensor, strength: Tensor, sign: Tensor, limits: Limits
) -> Tensor:
    """Change each of [B, C, H, W] by its `operation` [B], an index of `OPERATIONS`.

    `strength` [B] is in 0 to 1; `sign` [B] picks one of two directions. Saturation
    needs RGB: it leaves images of other than three channels as they are.
    """
    signed = sign * strength
    first_move, first_tone = OPERATIONS.index(MOVES[0]), OPERATIONS.index(TONES[0])
    moved = warp(images, moves(images, operation, signed, limits))
    is_move = (operation >= first_move) & (operation < first_tone)
    images = torch.where(is_move[:, None, None, None], moved, images)

    factor = 1 + only("saturation", operation, signed * limits.enhance)  # else 1: as is
    if images.shape[1] == 3:
        images = blend(images, grey(images), factor[:, None, None, None])
    factor = 1 + only("sharpness", operation, signed * limits.enhance)
    images = sharpen(images, factor[:, None, None, None])

    pixels = (images * 255).round().long().flatten(2)  # [B, C, H * W], 0 to 255
    curves = tone_curves(images, pixels, operation, strength, sign, limits)
    toned = curves.gather(2, pixels).view(images.shape)
    return torch.where((operation >= first_tone)[:, None, None, None], toned, images)


def only(name: str, operation: Tensor, values: Tensor) -> Tensor:
    """Keep those of `values` [B] whose operation is `name`; make the others 0."""
    return torch.where(operation == OPERATIONS.index(name), values, 0.0)


def moves(images: Tensor, operation: Tensor, signed: Tensor, limits: Limits) -> Tensor:
    """Return the maps [B, 2, 3] for `warp`; at most one of the five terms is not 0."""
    height, width = images.shape[-2:]
    shear_x = only("shear_x", operation, signed * limits.shear)  # [B], as all of these
    shear_y = only("shear_y", operation, signed * limits.shear)
    right = only("translate_x", operation, signed * limits.translate_x).trunc()
    down = only("translate_y", operation, signed * limits.translate_y).trunc()
    angle = only("rotate", operation, signed * math.radians(limits.rotate))
    cos, sin = angle.cos(), angle.sin()
    # A shear keeps the top left corner in place, not the centre.
    row_x = torch.stack([cos, shear_x - sin, shear_x * height / 2 - right], dim=1)
    row_y = torch.stack([shear_y + sin, cos, shear_y * width / 2 - down], dim=1)
    return torch.stack([row_x, row_y], dim=1)


def sharpen(images: Tensor, factor: Tensor) -> Tensor:
    """Move [B, C, H, W] away from its neighbours' mean; keep the border as it is."""
    if min(images.shape[-2:]) < 3:
        return images
    rows = images[..., :-2, :] + images[..., 1:-1, :] + images[..., 2:, :]
    squares = rows[..., :-2] + rows[..., 1:-1] + rows[..., 2:]  # sums of 3 x 3 pixels
    # Pillow's smoothing kernel weighs the centre 5 and its eight neighbours 1.
    smooth = images.clone()
    smooth[..., 1:-1, 1:-1] = (squares + 4 * images[..., 1:-1, 1:-1]) / 13
    return blend(images, smooth, factor)


def tone_curves(
    images: Tensor,
    pixels: Tensor,
    operation: Tensor,
    strength: Tensor,
    sign: Tensor,
    limits: Limits,
) -> Tensor:
    """Return what each of 256 levels becomes in each channel: [B, C, 256]."""
    whole = torch.arange(256, device=images.device)  # [256]
    levels = whole / 255
    strength, sign = strength[:, None, None], sign[:, None, None]  # [B, 1, 1]
    factor = 1 + sign * strength * limits.enhance
    mean = grey(images).mean(dim=(2, 3))[..., None]  # [B, 1, 1]
    low, high = images.amin((2, 3))[..., None], images.amax((2, 3))[..., None]
    stretched = ((levels - low) / (high - low)).clamp(0, 1)  # [B, C, 256]
    step = 2 ** (strength * limits.posterize).round()  # [B, 1, 1]
    curves = {
        "brightness": (factor * levels).clamp(0, 1),
        "contrast": blend(levels, mean, factor),
        "posterize": (whole / step).floor() * step / 255,
        "solarize": torch.where(levels >= 1 - strength, 1 - levels, levels),
        "autocontrast": torch.where(high > low, stretched, levels),
        "equalize": equalizing(pixels, levels),
    }
    chosen = levels
    for name, curve in curves.items():
        is_drawn = operation == OPERATIONS.index(name)
        chosen = torch.where(is_drawn[:, None, None], curve, chosen)
    return chosen


def equalizing(pixels: Tensor, levels: Tensor) -> Tensor:
    """Return the curves [B, C, 256] that even out the histograms, as Pillow does."""
    ones = torch.ones_like(pixels, dtype=torch.int32)
    counts = ones.new_zeros(*pixels.shape[:2], 256).scatter_add(2, pixels, ones)
    below = counts.cumsum(2, dtype=torch.int32) - counts  # darker pixels: [B, C, 256]
    brightest = counts.gather(2, pixels.amax(2, keepdim=True))  # [B, C, 1]
    step = (pixels.shape[2] - brightest) // 255  # pixels to each level of the result
    curves = ((below + step // 2) // step.clamp(min=1)).clamp(max=255) / 255
    return torch.where(step > 0, curves, levels)
