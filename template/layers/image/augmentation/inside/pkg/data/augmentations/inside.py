"""Which pixels lie in a rectangle, one rectangle a sample."""

import torch
from torch import Tensor


def mask_inside(
    top: Tensor, left: Tensor, bottom: Tensor, right: Tensor, size: torch.Size
) -> Tensor:
    """Return which pixels of [B, 1, H, W] lie within the sides, each [B, 1]."""
    height, width = size[-2:]
    y, x = torch.arange(height, device=top.device), torch.arange(width, device=top.device)
    rows, columns = (y >= top) & (y < bottom), (x >= left) & (x < right)  # [B, H], [B, W]
    return rows[:, None, :, None] & columns[:, None, None, :]
