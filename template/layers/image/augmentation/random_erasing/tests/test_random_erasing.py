"""Random erasing blackens a box of an image."""

import torch

from pkg.data.augmentations.random_erasing import (
    random_erasing,
)
from pkg.engine.data.draws import Draws

BATCH = 64
DRAWS = Draws(0, 0, torch.arange(BATCH))


def test_random_erasing_blackens_a_box() -> None:
    images = 0.1 + 0.9 * torch.rand(BATCH, 3, 16, 24)  # no pixel is black yet
    erased = random_erasing(images, DRAWS)
    black = (erased == 0).all(dim=1)  # [B, 16, 24]
    box = black.any(dim=2).sum(dim=1) * black.any(dim=1).sum(dim=1)  # rows * columns
    assert torch.equal(black.sum(dim=(1, 2)), box)
    assert torch.equal(erased == images, ~black[:, None].expand_as(images))
