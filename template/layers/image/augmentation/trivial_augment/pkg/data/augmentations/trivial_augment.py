"""TrivialAugment, its wide space (Müller and Hutter, 2021)."""

import torch
from torch import Tensor

from ...engine.data.draws import Draws
from .operations import OPERATIONS, Limits, operate

LIMITS = Limits(0.99, 32.0, 32.0, 135.0, 0.99, 6)  # as torchvision's TrivialAugmentWide
NUM_STRENGTHS = 31


def trivial_augment(images: Tensor, draws: Draws) -> Tensor:
    """Change [B, C, H, W] by one random operation of random strength."""
    choice, level, direction = draws.uniform("trivial_augment", 3).unbind(1)  # each [B]
    operation = (choice * len(OPERATIONS)).long()
    strength = (level * NUM_STRENGTHS).floor() / (NUM_STRENGTHS - 1)
    sign = torch.where(direction < 0.5, -1.0, 1.0)
    return operate(images, operation, strength, sign, LIMITS)
