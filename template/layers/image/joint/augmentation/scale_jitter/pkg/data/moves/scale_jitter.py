"""Large-scale jitter: an image larger or smaller, cropped or padded to its size.

As detectors are trained with (Ghiasi et al., 2021), where the scales go from 0.1 to 2.
"""

from torch import Tensor

from ...engine.data.draws import Draws
from ..geometry import identity_maps

SCALES = (0.5, 1.5)  # below a half, sampling would skip pixels


def scale_jitter(draws: Draws, size: tuple[int, int]) -> Tensor:
    """Return maps [B, 3, 3] that scale each image about a place that is drawn, too.

    So a larger image is cropped anywhere, and a smaller one lies anywhere in the grey.
    """
    height, width = size
    scale, x, y = draws.uniform("scale_jitter", 3).unbind(1)  # three of [B]
    scale = SCALES[0] + (SCALES[1] - SCALES[0]) * scale
    maps = identity_maps(draws)
    maps[:, 0, 0], maps[:, 0, 2] = scale, x * width * (1 - scale)
    maps[:, 1, 1], maps[:, 1, 2] = scale, y * height * (1 - scale)
    return maps
