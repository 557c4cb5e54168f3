"""Random rotation about the centre."""

import math

from torch import Tensor

from ...engine.data.draws import Draws
from ..geometry import identity_maps

MAX_DEGREES = 15.0  # each way; the more, the larger are boxes around turned boxes


def rotation(draws: Draws, size: tuple[int, int]) -> Tensor:
    """Return maps [B, 3, 3] that turn each image by up to `MAX_DEGREES`."""
    y, x = size[0] / 2, size[1] / 2
    angle = (2 * draws.uniform("rotation")[:, 0] - 1) * math.radians(MAX_DEGREES)  # [B]
    cos, sin = angle.cos(), angle.sin()
    maps = identity_maps(draws)
    maps[:, 0, 0], maps[:, 0, 1], maps[:, 0, 2] = cos, sin, x - cos * x - sin * y
    maps[:, 1, 0], maps[:, 1, 1], maps[:, 1, 2] = -sin, cos, y + sin * x - cos * y
    return maps
