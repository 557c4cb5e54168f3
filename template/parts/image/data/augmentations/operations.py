"""The fourteen operations that RandAugment and TrivialAugment choose from.

All run on the whole batch and `torch.where` keeps the drawn one: to choose on the host
would make the device wait. Computed as in torchvision, but sampled bilinearly.
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from .affine import warp
from .color import brightness, contrast, saturation

OPERATIONS = (
    *("identity", "shear_x", "shear_y", "translate_x", "translate_y", "rotate"),
    *("brightness", "saturation", "contrast", "sharpness"),
    *("posterize", "solarize", "autocontrast", "equalize"),
)


class Limits(NamedTuple):
    """What an operation does at strength 1."""

    shear: float  # slope
    translate_x: float  # pixels
    translate_y: float
    rotate: float  # degrees
    enhance: float  # change of the factor that is 1 where nothing changes
    posterize: int  # bits dropped of 8


def operate(
    images: Tensor, operation: Tensor, strength: Tensor, sign: Tensor, limits: Limits
) -> Tensor:
    """Change each of [B, C, H, W] by its `operation` [B], an index of `OPERATIONS`.

    `strength` [B] is in 0 to 1; `sign` [B] picks one of two directions.
    """
    signed = sign * strength
    moves = (operation >= 1) & (operation <= 5)  # shears, translations, rotation
    matrices = affine_matrices(images, operation, signed, limits)
    images = torch.where(per_image(moves), warp(images, matrices), images)

    # A factor of 1 changes nothing, so these four need no `where`.
    change = signed * limits.enhance
    images = brightness(images, per_image(1 + only("brightness", operation, change)))
    images = saturation(images, per_image(1 + only("saturation", operation, change)))
    images = contrast(images, per_image(1 + only("contrast", operation, change)))
    images = sharpness(images, per_image(1 + only("sharpness", operation, change)))

    def drawn(name: str) -> Tensor:
        return per_image(operation == OPERATIONS.index(name))

    level = per_image(strength)
    posterized = posterize(images, (level * limits.posterize).round())
    images = torch.where(drawn("posterize"), posterized, images)
    images = torch.where(drawn("solarize") & (images >= 1 - level), 1 - images, images)
    images = torch.where(drawn("autocontrast"), autocontrast(images), images)
    return torch.where(drawn("equalize"), equalize(images), images)


def per_image(values: Tensor) -> Tensor:
    """Shape [B] as [B, 1, 1, 1]."""
    return values[:, None, None, None]


def only(name: str, operation: Tensor, values: Tensor) -> Tensor:
    """Keep those of `values` [B] whose operation is `name`; make the others 0."""
    return torch.where(operation == OPERATIONS.index(name), values, 0.0)


def affine_matrices(
    images: Tensor, operation: Tensor, signed: Tensor, limits: Limits
) -> Tensor:
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


def sharpness(images: Tensor, factor: Tensor) -> Tensor:
    """Move [B, C, H, W] away from its neighbours' mean; keep the border as it is."""
    if min(images.shape[-2:]) < 3:
        return images
    rows = images[..., :-2, :] + images[..., 1:-1, :] + images[..., 2:, :]
    squares = rows[..., :-2] + rows[..., 1:-1] + rows[..., 2:]  # sums of 3 x 3 pixels
    # Pillow's smoothing kernel weighs the centre 5 and its eight neighbours 1.
    to_smooth = F.pad((squares - 9 * images[..., 1:-1, 1:-1]) / 13, (1, 1, 1, 1))
    return (images + (1 - factor) * to_smooth).clamp(0, 1)


def posterize(images: Tensor, bits: Tensor) -> Tensor:
    """Drop the lowest `bits` [B, 1, 1, 1] of 8."""
    step = 2**bits
    return ((images * 255).round() / step).floor() * step / 255


def autocontrast(images: Tensor) -> Tensor:
    """Stretch each channel to the whole range; keep one of a single value."""
    low, high = images.amin((2, 3), keepdim=True), images.amax((2, 3), keepdim=True)
    return torch.where(high > low, (images - low) / (high - low), images)


def equalize(images: Tensor) -> Tensor:
    """Even out each channel's histogram, with Pillow's rounding."""
    pixels = (images * 255).round().long().flatten(2)  # [B, C, P]
    ones = torch.ones_like(pixels, dtype=torch.int32)
    counts = ones.new_zeros(*pixels.shape[:2], 256).scatter_add(2, pixels, ones)
    below = counts.cumsum(2, dtype=torch.int32) - counts  # [B, C, 256]
    brightest = counts.gather(2, pixels.amax(2, keepdim=True))  # [B, C, 1]
    step = (pixels.shape[2] - brightest) // 255  # pixels to each grey level
    table = ((below + step // 2) // step.clamp(min=1)).clamp(max=255)
    equalized = table.gather(2, pixels).view(images.shape) / 255
    return torch.where(step[..., None] > 0, equalized, images)
