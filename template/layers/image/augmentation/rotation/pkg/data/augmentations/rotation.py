"""Random rotation about the centre."""

import math

import torch
from torch import Tensor

from ...engine.data.draws import Draws
from .affine import warp

MAX_DEGREES = 15.0  # each way; small enough that a 6 does not become a 9


def rotation(images: Tensor, draws: Draws) -> Tensor:
    """Turn each image of [B, C, H, W] by up to `MAX_DEGREES`; fill with 0."""
    angle = (2 * draws.uniform("rotation")[:, 0] - 1) * math.radians(MAX_DEGREES)  # [B]
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    matrices = torch.stack([cos, -sin, zero, sin, cos, zero], dim=1)  # [B, 6]
    return warp(images, matrices.view(-1, 2, 3))
