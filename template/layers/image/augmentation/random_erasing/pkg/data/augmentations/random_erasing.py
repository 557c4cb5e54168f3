"""Random erasing (Zhong et al., 2020)."""

from torch import Tensor

from ...engine.data.draws import Draws
from .boxes import draw_boxes
from .inside import mask_inside

PROBABILITY = 0.5  # all as torchvision's RandomErasing
AREA = (0.02, 0.33)  # of the image
ASPECT = (0.3, 3.3)


def random_erasing(images: Tensor, draws: Draws) -> Tensor:
    """Blacken a box in each image of [B, C, H, W] with `PROBABILITY`."""
    height, width = images.shape[-2:]
    uniform = draws.uniform("random_erasing", 5)
    top, left, *sides = draw_boxes(uniform[:, :4], height, width, AREA, ASPECT)
    erased = uniform[:, 4, None, None, None] < PROBABILITY  # [B, 1, 1, 1]
    box = mask_inside(top, left, top + sides[0], left + sides[1], images.shape)
    return images.masked_fill(box & erased, 0.0)
