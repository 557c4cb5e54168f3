"""Random crop, resized to the size that the model sees (Szegedy et al., 2015)."""

from torch import Tensor

from ...engine.data.draws import Draws
from ..augmentations.boxes import draw_boxes
from ..geometry import identity_maps

AREA = (0.08, 1.0)  # of the image; both as torchvision's RandomResizedCrop
ASPECT = (3 / 4, 4 / 3)


def random_resized_crop(draws: Draws, size: tuple[int, int]) -> Tensor:
    """Return maps [B, 3, 3] that bring a random part of each image to the whole image's size."""
    height, width = size
    uniform = draws.uniform("random_resized_crop", 4)
    crops = draw_boxes(uniform, height, width, AREA, ASPECT)
    top, left, crop_height, crop_width = (sides[:, 0] for sides in crops)  # each [B]
    maps = identity_maps(draws)
    maps[:, 0, 0], maps[:, 0, 2] = width / crop_width, -left * width / crop_width
    maps[:, 1, 1], maps[:, 1, 2] = height / crop_height, -top * height / crop_height
    return maps
