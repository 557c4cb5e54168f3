"""Random mirror image, top to bottom."""

import torch
from torch import Tensor

from ...engine.data.draws import Draws

PROBABILITY = 0.5  # as torchvision's RandomVerticalFlip


def vertical_flip(images: Tensor, draws: Draws) -> Tensor:
    """Turn each image of [B, C, H, W] upside down with `PROBABILITY`."""
    flipped = draws.uniform("vertical_flip")[..., None, None] < PROBABILITY
    return torch.where(flipped, images.flip(-2), images)
