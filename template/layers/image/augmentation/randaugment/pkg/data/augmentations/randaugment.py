"""RandAugment (Cubuk et al., 2020)."""

import torch
from torch import Tensor

from ...engine.data.draws import Draws
from .operations import OPERATIONS, Limits, operate

NUM_OPERATIONS = 2  # and magnitude 9 of 30: both as torchvision's RandAugment
STRENGTH = 9 / 30
TRANSLATE = 150 / 331  # of each side


def randaugment(images: Tensor, draws: Draws) -> Tensor:
    """Change [B, C, H, W] by `NUM_OPERATIONS` random operations, one after another."""
    height, width = images.shape[-2:]
    limits = Limits(0.3, TRANSLATE * width, TRANSLATE * height, 30.0, 0.9, 4)
    uniform = draws.uniform("randaugment", 2 * NUM_OPERATIONS)
    for pair in uniform.chunk(NUM_OPERATIONS, dim=1):
        choice, direction = pair.unbind(1)  # two of [B]
        operation = (choice * len(OPERATIONS)).long()
        strength = torch.full_like(choice, STRENGTH)
        sign = torch.where(direction < 0.5, -1.0, 1.0)
        images = operate(images, operation, strength, sign, limits)
    return images
