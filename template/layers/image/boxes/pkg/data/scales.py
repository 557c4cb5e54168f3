"""From pixels of a file to pixels of the input."""

import torch
from torch import Tensor

from .settings import DataSettings
from .sizing import fit


def scales_of(width: int, height: int, settings: DataSettings) -> Tensor:
    """Return what x and y of a file of this size are multiplied by, float32 [2]."""
    wide, high = fit(width, height, settings)
    return torch.tensor([wide / width, high / height])
