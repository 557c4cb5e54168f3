"""Random crops shift an image."""

import torch

from pkg.data.augmentations.random_crop import random_crop
from pkg.engine.data.draws import Draws

BATCH = 64
DRAWS = Draws(0, 0, torch.arange(BATCH))


def test_random_crop_shifts() -> None:
    """Each image moves as a whole: pixels that hold their own place tell how far."""
    places = torch.arange(1, 1 + 16 * 24).view(1, 16, 24).float()
    images = places.expand(BATCH, -1, -1, -1)
    for image in random_crop(images, DRAWS):
        shifts = (image - places)[image > 0]  # black came in from outside
        assert float(shifts.min()) == float(shifts.max())
