"""Random brightness, contrast, saturation and hue."""

import torch
from torch import Tensor

from ...engine.data.draws import Draws
from .color import blend, grey

STRENGTH = 0.4  # of the first three; all as SimCLR at half strength (Chen et al., 2020)
HUE = 0.1  # of a full turn of the colour circle


def color_jitter(images: Tensor, draws: Draws) -> Tensor:
    """Change [B, C, H, W] in the order above, where torchvision draws the order too.

    Saturation and hue need RGB: images of other than three channels keep theirs.
    """
    jitter = 2 * draws.uniform("color_jitter", 4) - 1  # [B, 4] in [-1, 1)
    shifts = jitter[..., None, None, None].unbind(1)  # four of [B, 1, 1, 1]
    images = ((1 + STRENGTH * shifts[0]) * images).clamp(0, 1)  # brightness
    mean = grey(images).mean(dim=(2, 3), keepdim=True)  # [B, 1, 1, 1]
    images = blend(images, mean, 1 + STRENGTH * shifts[1])  # contrast
    if images.shape[1] != 3:
        return images
    images = blend(images, grey(images), 1 + STRENGTH * shifts[2])  # saturation
    return turn_hue(images, HUE * shifts[3])


def turn_hue(images: Tensor, turn: Tensor) -> Tensor:
    """Turn the hue of [B, 3, H, W] by `turn` [B, 1, 1, 1] circles, as `adjust_hue`."""
    red, green, blue = images.chunk(3, dim=1)  # three of [B, 1, H, W]
    value = images.amax(dim=1, keepdim=True)
    chroma = value - images.amin(dim=1, keepdim=True)
    divisor = chroma.clamp(min=1e-8)  # grey has no hue, and any will do
    from_green = torch.where(
        value == green, 2 + (blue - red) / divisor, 4 + (red - green) / divisor
    )
    hue = torch.where(value == red, (green - blue) / divisor, from_green)  # in sixths
    # Back to RGB: each channel falls from the value by up to the chroma.
    hue = hue + 6 * turn
    distance = torch.cat([hue + 5, hue + 3, hue + 1], dim=1) % 6  # [B, 3, H, W]
    return value - chroma * torch.minimum(distance, 4 - distance).clamp(0, 1)
