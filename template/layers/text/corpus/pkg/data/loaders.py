"""Loaders of windows that are in memory."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ..batch import Batch
from ..engine.data.loader import Loader
from .info import DataInfo
from .packing import Turned, Windows
from .settings import DataSettings

SplitLoader = Loader[DataInfo]


def make_loaders(
    settings: DataSettings,
    source: Windows,
    numbers: Sequence[Tensor],
    info: DataInfo,
    batch_size: int,
    seed: int,
) -> tuple[SplitLoader, SplitLoader, SplitLoader]:
    """Return loaders of the windows of these numbers.

    In each epoch of the first one they come in another order, and begin elsewhere.
    """
    train, val, test = (
        SplitLoader(source, some(ids, settings.max_samples), batch_size, as_it_is, seed, info)
        for ids in numbers
    )
    train.shuffle, train.prepare = True, Turned(source, seed)
    return train, val, test


def some(ids: Tensor, most: int | None) -> Tensor:
    """Return at most so many of the numbers [N], evenly spread."""
    count = min(most or len(ids), len(ids))
    return ids[torch.arange(count) * len(ids) // max(1, count)]


def as_it_is(batch: Batch, epoch: int) -> Batch:
    """Prepare nothing: windows are cut when they are read."""
    return batch
