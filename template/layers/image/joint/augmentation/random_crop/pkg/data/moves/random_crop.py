"""Random crop of a padded image (He et al., 2016)."""

from torch import Tensor

from ...engine.data.draws import Draws
from ..geometry import identity_maps

PADDING = 1 / 8  # of each side: 4 pixels of 32, as in the paper


def random_crop(draws: Draws, size: tuple[int, int]) -> Tensor:
    """Return maps [B, 3, 3] that shift each image by whole pixels, up to `PADDING` each way."""
    pad_y, pad_x = int(PADDING * size[0]), int(PADDING * size[1])
    down, across = draws.uniform("random_crop", 2).unbind(1)  # two of [B]
    maps = identity_maps(draws)
    maps[:, 0, 2] = pad_x - (across * (2 * pad_x + 1)).floor()
    maps[:, 1, 2] = pad_y - (down * (2 * pad_y + 1)).floor()
    return maps
