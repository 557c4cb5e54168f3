"""Images of noise with shapes in them, as tensors: what a detector is to find."""

from typing import NamedTuple

import torch
from torch import Tensor

KINDS = 3  # a square, a disc, and a frame


class Planted(NamedTuple):
    """B images with up to M shapes, as a model sees them."""

    images: Tensor  # float32 [B, C, H, W]
    boxes: Tensor  # float32 [B, M, 4] x1, y1, x2, y2 in pixels
    labels: Tensor  # int64 [B, M]; -1 for none
    seeds: Tensor  # int64 [B]

    def cut(self, start: int, end: int) -> "Planted":
        """Return the images from `start` up to `end`."""
        return Planted(*(field[start:end] for field in self))


def plant(
    count: int, shape: tuple[int, int, int], most: int = 4, smallest: int = 10, seed: int = 0
) -> Planted:
    """Return images of `shape` [C, H, W], each with one to `most` shapes that do not overlap."""
    generator = torch.Generator().manual_seed(seed)

    def draw(low: int, high: int) -> int:
        return int(torch.randint(low, high, (1,), generator=generator))

    channels, height, width = shape
    images = 0.3 * torch.randn(count, *shape, generator=generator)
    boxes, labels = torch.zeros(count, most, 4), torch.full((count, most), -1)
    for i in range(count):
        taken = torch.zeros(height, width, dtype=torch.bool)
        for k in range(draw(1, most + 1)):
            side = draw(smallest, max(smallest + 1, min(height, width) // 2))
            x, y = draw(0, width - side + 1), draw(0, height - side + 1)
            if taken[y : y + side, x : x + side].any():
                continue
            taken[y : y + side, x : x + side] = True
            kind = draw(0, KINDS)
            color = 2 * torch.rand(channels, 1, generator=generator) + 1
            images[i, :, y : y + side, x : x + side][:, mask(kind, side)] += color
            boxes[i, k] = torch.tensor([x, y, x + side, y + side])
            labels[i, k] = kind
    return Planted(images, boxes, labels, torch.randint(2**60, (count,), generator=generator))


def mask(kind: int, side: int) -> Tensor:
    """Return the pixels of a shape, bool [side, side], which reach all four sides."""
    axis = torch.arange(side) - (side - 1) / 2
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    if kind == 0:
        return torch.ones(side, side, dtype=torch.bool)
    if kind == 1:
        return x.square() + y.square() <= (side / 2) ** 2
    return torch.maximum(x.abs(), y.abs()) > side / 2 - max(2, side // 6)
