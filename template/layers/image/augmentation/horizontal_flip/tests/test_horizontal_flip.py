"""Horizontal flips mirror an image, or leave it."""

import torch

from pkg.data.augmentations.horizontal_flip import (
    horizontal_flip,
)
from pkg.engine.data.draws import Draws

BATCH = 64
DRAWS = Draws(0, 0, torch.arange(BATCH))


def test_horizontal_flip_mirrors_half() -> None:
    images = 0.1 + 0.9 * torch.rand(BATCH, 3, 16, 24)  # no pixel is black yet
    flipped = horizontal_flip(images, DRAWS)
    mirrored = (flipped == images.flip(-1)).all(dim=(1, 2, 3))
    assert torch.equal(flipped[~mirrored], images[~mirrored])
    assert 0.25 < float(mirrored.float().mean()) < 0.75
