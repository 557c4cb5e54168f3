"""Random crop of a padded image (He et al., 2016)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ...engine.data.draws import Draws

PADDING = 1 / 8  # of each side: 4 pixels of 32, as in the paper


def random_crop(images: Tensor, draws: Draws) -> Tensor:
    """Shift [B, C, H, W] by up to `PADDING` each way; fill with 0."""
    batch, _, height, width = images.shape
    pad_y, pad_x = int(PADDING * height), int(PADDING * width)
    padded = F.pad(images, (pad_x, pad_x, pad_y, pad_y))
    # Every window, as a view: [B, C, 2 pad_y + 1, 2 pad_x + 1, H, W].
    windows = padded.unfold(2, height, 1).unfold(3, width, 1)
    down, across = draws.uniform("random_crop", 2).unbind(1)  # two of [B]
    top, left = (down * (2 * pad_y + 1)).long(), (across * (2 * pad_x + 1)).long()
    return windows[torch.arange(batch, device=images.device), :, top, left]
