"""A sample: an image and its target, which is the same however the image is sized."""

import torch
from PIL import Image
from torch import Tensor

from ..batch import Batch
from .info import DataInfo
from .settings import DataSettings
from .sizing import preprocess


def make_sample(image: Image.Image, target: Tensor, index: int, settings: DataSettings) -> Batch:
    """Return an image with its target, a class [] or numbers [K], as a batch of one."""
    return Batch(preprocess(image, settings)[None], target[None], torch.tensor([index]))


def chances(targets: Tensor, train: Tensor, settings: DataSettings) -> Tensor | None:
    """Return chances of the samples `train` [N] to be drawn, with replacement; None: each once."""
    #: if objective == "single_label"
    if settings.weighted_sampling:
        classes = targets[train]
        return 1 / classes.bincount()[classes]
    #: endif
    return None


def check_target(target: Tensor, size: tuple[int, int]) -> None:
    """Look at the target of an image of so many pixels; those of any image are as good."""


def check_known(targets: Tensor, info: DataInfo) -> None:
    """Compare what targets mean with what they meant in training; their names say it."""


def unknown(count: int) -> Tensor:
    """Return targets for samples whose targets nobody knows."""
    return torch.zeros(count)


def strata(targets: Tensor) -> Tensor:
    """Return what each split is to have as much of, in proportion: the targets themselves."""
    return targets
