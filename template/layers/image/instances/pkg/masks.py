"""Masks of objects: from a box of cells to pixels."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def paste(masks: Tensor, boxes: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the pixels of each object in an image of height and width, bool [D, H, W].

    Between the centres of cells likelihoods are interpolated; half of it is enough for a pixel.
    Beyond the outermost centres they go on, and end where the box does.

    Args:
        masks: 255 times how likely each cell of a box is of its object, uint8 [D, S, S].
        boxes: In pixels of the image [D, 4].
        size: Height and width of the image.
    """
    x1, y1, x2, y2 = boxes.float().unbind(1)
    down = weigh(y1, y2, size[0], masks.shape[1])  # [D, H, S]
    across = weigh(x1, x2, size[1], masks.shape[2])  # [D, W, S]
    with torch.autocast(masks.device.type, enabled=False):
        return down @ (masks.float() / 255) @ across.transpose(1, 2) >= 0.5


def weigh(start: Tensor, end: Tensor, length: int, cells: int) -> Tensor:
    """Return how much each of S cells counts for each pixel of a row, float32 [D, length, S].

    Args:
        start: Where the cells of each object begin, in pixels [D].
        end: Where they end [D].
        length: Pixels in the row.
        cells: How many they are: S.
    """
    middles = torch.arange(length, device=start.device) + 0.5
    parts = (middles - start[:, None]) / (end - start).clamp(min=1e-6)[:, None]  # [D, length]
    places = (parts * cells - 0.5).clamp(0, cells - 1)[..., None]  # in cells, from the first one
    near = (1 - (places - torch.arange(cells, device=start.device)).abs()).clamp(min=0)
    return near * ((parts >= 0) & (parts < 1))[..., None]


def resize_masks(masks: Tensor, size: Sequence[int]) -> Tensor:
    """Return masks uint8 [B, M, H, W] of another height and width; no value is made up."""
    return F.interpolate(masks, (size[0], size[1]), mode="nearest-exact")
