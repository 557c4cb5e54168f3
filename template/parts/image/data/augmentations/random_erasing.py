"""Random erasing (Zhong et al., 2020)."""

from torch import Tensor

from ..draws import Draws
from .boxes import draw_boxes

PROBABILITY = 0.5  # all as torchvision's RandomErasing
AREA = (0.02, 0.33)  # of the image
ASPECT = (0.3, 3.3)


def random_erasing(images: Tensor, draws: Draws) -> Tensor:
    """Blacken a box in each image of [B, C, H, W] with `PROBABILITY`."""
    height, width = images.shape[-2:]
    uniform = draws.uniform("random_erasing", 5)
    boxes = draw_boxes(uniform[:, :4], height, width, AREA, ASPECT)
    erased = uniform[:, 4, None, None, None] < PROBABILITY  # [B, 1, 1, 1]
    return images.masked_fill(boxes.mask(height, width) & erased, 0.0)
