"""Training batches of several sizes, so that objects are learnt at several scales."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from ..batch import Batch
from ..engine.data.draws import Draws
from .settings import DataSettings

STEP = 32  # pixels: what a network divides its input by stays a divisor
REACH = 0.25  # of the height, up to which a batch may be smaller or larger


@dataclass(frozen=True)
class VariableSize:
    """Resizes a training batch to one of a few sizes."""

    sizes: list[tuple[int, int]]  # heights and widths
    seed: int

    def __call__(self, batch: Batch, epoch: int, number: int) -> Batch:
        """Return a batch at the size that (seed, epoch, number of the batch) decides."""
        draws = Draws(self.seed, epoch, torch.tensor([number]))
        size = self.sizes[int(draws.integers("size")) % len(self.sizes)]
        return batch if size == tuple(batch.inputs.shape[2:]) else resize(batch, size)


def vary_size(settings: DataSettings, seed: int) -> VariableSize | None:
    """Return what resizes training batches, if `data.variable_size` asks for it."""
    return (
        VariableSize(sizes_around(settings.input_shape), seed) if settings.variable_size else None
    )


def sizes_around(shape: list[int]) -> list[tuple[int, int]]:
    """Return the heights and widths of batches of images of this shape [C, H, W]."""
    height, width = shape[1:]
    steps = max(1, round(REACH * height / STEP))
    sizes = [
        (height + STEP * step, width + STEP * round(step * width / height))
        for step in range(-steps, steps + 1)
    ]
    return [size for size in sizes if min(size) >= min(STEP, height, width)]


def resize(batch: Batch, size: tuple[int, int]) -> Batch:
    """Return a batch of prepared images at another height and width; targets move along."""
    height, width = batch.inputs.shape[2:]
    ratios = torch.tensor([size[1] / width, size[0] / height], device=batch.inputs.device)
    images = F.interpolate(batch.inputs, size, mode="bilinear", antialias=True)
    return batch.resized(images, ratios)
