"""Random mirror image, top to bottom."""

import torch
from torch import Tensor

from ...engine.data.draws import Draws
from ..geometry import identity_maps

PROBABILITY = 0.5  # as torchvision's RandomVerticalFlip


def vertical_flip(draws: Draws, size: tuple[int, int]) -> Tensor:
    """Return maps [B, 3, 3] that turn each image upside down with `PROBABILITY`."""
    height = size[0]
    flipped = draws.uniform("vertical_flip")[:, 0] < PROBABILITY  # [B]
    maps = identity_maps(draws)
    maps[:, 1, 1] = torch.where(flipped, -1.0, 1.0)
    maps[:, 1, 2] = torch.where(flipped, float(height), 0.0)
    return maps
