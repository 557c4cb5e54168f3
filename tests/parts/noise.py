"""Random images, and the draws that change them."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import torch
from parts.data.draws import Draws
from torch import Tensor

MIX_NAMES = ("cutmix", "mixup")
BATCH, HEIGHT, WIDTH = 48, 20, 26  # neither square nor a power of 2


def load(name: str) -> Callable[..., Any]:
    """Return the function of the part that has its name."""
    return getattr(import_module(f"parts.image.data.augmentations.{name}"), name)


def bytes_as_floats(*shape: int) -> Tensor:
    """Return 8-bit images as the loader hands them over: float32 in 0 to 1."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(256, shape, generator=generator).float() / 255


def draws_of(count: int, epoch: int = 0) -> Draws:
    return Draws(7, epoch, torch.arange(count) + 100)
