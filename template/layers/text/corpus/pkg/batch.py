"""What travels from the loader through the objective to the metrics: a batch of windows of text."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .fields import joined


class Batch(NamedTuple):
    """B windows on one device; B is the first axis of every field. T tokens to predict in each."""

    tokens: Tensor  # int64 [B, T + 1]; -1 beyond the end of the texts
    bytes: Tensor  # int64 [B] UTF-8 bytes that all but the first token of a window stand for
    ids: Tensor  # int64 [B] number of each window in the whole data set

    @staticmethod
    def join(batches: "Sequence[Batch]") -> "Batch":
        """Return one batch of all their windows, T of the longest."""
        whole: Batch = joined(batches)
        return whole

    @property
    def inputs(self) -> Tensor:
        """Return what the model sees, int64 [B, T]."""
        return self.tokens[:, :-1]

    @property
    def labels(self) -> Tensor:
        """Return the token after each of those, int64 [B, T]; -1 where there is none."""
        return self.tokens[:, 1:]

    @property
    def targets(self) -> Tensor:
        """Return what metrics compare the losses of windows with: their bytes, int64 [B]."""
        return self.bytes

    @property
    def size(self) -> int:
        """Return the number of windows."""
        return len(self.ids)

    def cut(self, start: int, end: int) -> "Batch":
        """Return the windows from `start` up to `end`, without copying them."""
        return Batch(*(field[start:end] for field in self))

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on `device`; to a GPU it may still be on its way."""
        ahead = device.type == "cuda"
        return Batch(*(field.to(device, non_blocking=ahead) for field in self))
