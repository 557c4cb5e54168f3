"""Random mirror image, left to right."""

import torch
from torch import Tensor

from ...engine.data.draws import Draws

PROBABILITY = 0.5  # as torchvision's RandomHorizontalFlip


def horizontal_flip(images: Tensor, draws: Draws) -> Tensor:
    """Mirror each image of [B, C, H, W] with `PROBABILITY`."""
    flipped = draws.uniform("horizontal_flip")[..., None, None] < PROBABILITY
    return torch.where(flipped, images.flip(-1), images)
