"""Moves pixels by one affine map a sample."""

import torch
import torch.nn.functional as F
from torch import Tensor


def warp(images: Tensor, matrices: Tensor) -> Tensor:
    """Fill each pixel of [B, C, H, W] from where `matrices` [B, 2, 3] point.

    They map (x, y, 1) of the output to (x, y) of the input, in pixels from the centre.
    Samples bilinearly; what lies outside the image is 0.
    """
    height, width = images.shape[-2:]
    x = torch.arange(width, device=images.device) - (width - 1) / 2  # [W]
    y = torch.arange(height, device=images.device)[:, None] - (height - 1) / 2  # [H, 1]
    a, b, c, d, e, f = matrices.flatten(1)[..., None, None].unbind(1)  # six [B, 1, 1]
    grid_x = (a * x + b * y + c) * (2 / width)  # [B, H, W], -1 to 1 across the image
    grid_y = (d * x + e * y + f) * (2 / height)
    grid = torch.stack([grid_x, grid_y], dim=-1)  # [B, H, W, 2]
    return F.grid_sample(images, grid, align_corners=False)
