"""Random crop, resized to the whole image (Szegedy et al., 2015)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ...engine.data.draws import Draws
from .boxes import draw_boxes

AREA = (0.08, 1.0)  # of the image; both as torchvision's RandomResizedCrop
ASPECT = (3 / 4, 4 / 3)


def random_resized_crop(images: Tensor, draws: Draws) -> Tensor:
    """Enlarge a random box of each image to [B, C, H, W], bilinearly."""
    height, width = images.shape[-2:]
    uniform = draws.uniform("random_resized_crop", 4)
    boxes = draw_boxes(uniform, height, width, AREA, ASPECT)
    y = spread(boxes.top, boxes.height, height)[:, :, None].expand(-1, -1, width)
    x = spread(boxes.left, boxes.width, width)[:, None, :].expand(-1, height, -1)
    grid = torch.stack([x, y], dim=-1)  # [B, H, W, 2]
    return F.grid_sample(images, grid, align_corners=False)


def spread(start: Tensor, length: Tensor, size: int) -> Tensor:
    """Return `size` even points along a box's side, [B, size], in -1 to 1."""
    steps = (torch.arange(size, device=start.device) + 0.5) / size
    # At the ends, stay on the box's last pixel: what lies beyond it was cropped.
    points = torch.minimum((steps * length).clamp(min=0.5), length - 0.5)
    return (start + points) * (2 / size) - 1
