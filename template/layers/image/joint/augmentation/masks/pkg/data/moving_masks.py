"""Masks move with their images, and no value comes in that they do not have."""

import torch.nn.functional as F
from torch import Tensor

from .geometry import Motion


def move_masks(masks: Tensor, motion: Motion, outside: int) -> Tensor:
    """Move masks of bytes [B, H, W] or [B, M, H, W]: each pixel becomes the nearest one.

    What comes in from outside is `outside`.
    """
    if motion.only_flips:
        return motion.flip(masks)
    planes = masks if masks.ndim == 4 else masks[:, None]
    shifted = planes.float().sub_(outside)  # outside, `grid_sample` finds 0
    moved = F.grid_sample(shifted, motion.grid, mode="nearest", align_corners=False)
    return moved.add_(outside).to(masks.dtype).view(masks.shape)
