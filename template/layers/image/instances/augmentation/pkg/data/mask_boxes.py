"""Boxes around masks."""

import torch
from torch import Tensor


def boxes_around(masks: Tensor) -> Tensor:
    """Return the boxes of masks [B, M, H, W], float32 [B, M, 4]; 0 where one is empty."""
    ends = []
    for axis in (2, 3):  # what lies above one another for x, side by side for y
        there = masks.amax(axis) > 0  # [B, M, W or H]
        numbers = torch.arange(there.shape[2], device=masks.device)
        first = torch.where(there, numbers, there.shape[2]).amin(2)
        last = torch.where(there, numbers + 1, 0).amax(2)
        ends.append(torch.stack([first.minimum(last), last], 2))  # [B, M, 2]
    return torch.stack(ends, 3).flatten(2).float()
