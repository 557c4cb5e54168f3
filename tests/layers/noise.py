"""Random images, and the draws that change them."""

from collections.abc import Callable
from typing import Any

import torch
from stacks import stack
from torch import Tensor

from mldl.catalog.features import AUGMENTATIONS

LABELS = {name: each for name, each in AUGMENTATIONS.items() if "labels" in each.layers}
MIX_NAMES = tuple(name for name, each in LABELS.items() if each.mixes)
IMAGE_NAMES = tuple(name for name, each in LABELS.items() if not each.mixes)
BATCH, HEIGHT, WIDTH = 48, 20, 26  # neither square nor a power of 2

NEEDED = dict.fromkeys(layer for each in LABELS.values() for layer in each.layers["labels"])
AUGMENTED = stack(
    "engine",
    "engine/draws",
    "image",
    "image/labels",
    "image/augmentation",
    *(layer for layer in NEEDED if not layer.startswith("packages/")),  # they hide the others
)
Draws = AUGMENTED.load("engine.data.draws").Draws


def module(name: str) -> Any:
    """Return the module of an augmentation, or of what several share."""
    return AUGMENTED.load(f"data.{'mixing' if name in MIX_NAMES else 'augmentations'}.{name}")


def load(name: str) -> Callable[..., Any]:
    """Return the function of the augmentation `name`."""
    found: Callable[..., Any] = vars(module(name))[name]
    return found


def bytes_as_floats(*shape: int) -> Tensor:
    """Return 8-bit images as the loader hands them over: float32 in 0 to 1."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(256, shape, generator=generator).float() / 255


def draws_of(count: int, epoch: int = 0) -> Any:
    return Draws(7, epoch, torch.arange(count) + 100)
