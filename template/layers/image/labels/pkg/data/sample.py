"""A sample: an image and its target, which is the same however the image is sized."""

import torch
from PIL import Image
from torch import Tensor

from ..batch import Batch
from .settings import DataSettings
from .sizing import preprocess


def make_sample(image: Image.Image, target: Tensor, index: int, settings: DataSettings) -> Batch:
    """Return an image with its target, a class [] or numbers [K], as a batch of one."""
    return Batch(preprocess(image, settings)[None], target[None], torch.tensor([index]))


def unknown(count: int) -> Tensor:
    """Return targets for samples whose targets nobody knows."""
    return torch.zeros(count)


def strata(targets: Tensor) -> Tensor:
    """Return what each split is to have as much of, in proportion: the targets themselves."""
    return targets
