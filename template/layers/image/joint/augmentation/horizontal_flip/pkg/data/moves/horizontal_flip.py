"""Random mirror image, left to right."""

import torch
from torch import Tensor

from ...engine.data.draws import Draws
from ..geometry import identity_maps

PROBABILITY = 0.5  # as torchvision's RandomHorizontalFlip


def horizontal_flip(draws: Draws, size: tuple[int, int]) -> Tensor:
    """Return maps [B, 3, 3] that mirror each image of height and width with `PROBABILITY`."""
    width = size[1]
    flipped = draws.uniform("horizontal_flip")[:, 0] < PROBABILITY  # [B]
    maps = identity_maps(draws)
    maps[:, 0, 0] = torch.where(flipped, -1.0, 1.0)
    maps[:, 0, 2] = torch.where(flipped, float(width), 0.0)
    return maps
