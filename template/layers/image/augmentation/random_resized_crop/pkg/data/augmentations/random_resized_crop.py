"""Random crop, resized to the size that the model sees (Szegedy et al., 2015)."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ...engine.data.draws import Draws
from .boxes import draw_boxes

AREA = (0.08, 1.0)  # of the image; both as torchvision's RandomResizedCrop
ASPECT = (3 / 4, 4 / 3)


def random_resized_crop(images: Tensor, draws: Draws, size: Sequence[int] | None = None) -> Tensor:
    """Resize a random box of each image [B, C, Hk, Wk] to [B, C, *size], bilinearly.

    Without `size` the images keep theirs.
    """
    high, wide = images.shape[-2:]
    height, width = size or (high, wide)
    uniform = draws.uniform("random_resized_crop", 4)
    boxes = draw_boxes(uniform, high, wide, AREA, ASPECT)
    y = spread(boxes.top, boxes.height, height, high)[:, :, None].expand(-1, -1, width)
    x = spread(boxes.left, boxes.width, width, wide)[:, None, :].expand(-1, height, -1)
    grid = torch.stack([x, y], dim=-1)  # [B, H, W, 2]
    return F.grid_sample(images, grid, align_corners=False)


def spread(start: Tensor, length: Tensor, count: int, size: int) -> Tensor:
    """Return `count` even points along a box's side [B, count], -1 to 1 across a side of `size`."""
    steps = (torch.arange(count, device=start.device) + 0.5) / count
    # At the ends, stay on the box's last pixel: what lies beyond it was cropped.
    points = torch.minimum((steps * length).clamp(min=0.5), length - 0.5)
    return (start + points) * (2 / size) - 1
