"""What travels from the loader through the objective to the metrics: a batch of texts."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .data.ragged import Ragged
from .fields import joined


class Columns(NamedTuple):
    """The N samples of a data set, in the fields of a batch."""

    inputs: Ragged  # tokens of N texts
    targets: Tensor  # int64 [N] classes; float32 [N, K] labels or numbers


class Batch(NamedTuple):
    """B samples on one device; B is the first axis of every field. T tokens, K outputs."""

    inputs: Tensor  # int64 [B, T] tokens of each text; -1 beyond its end
    targets: Tensor  # int64 [B] classes; float32 [B, K] labels or numbers
    ids: Tensor  # int64 [B] number of each sample in the whole data set

    @staticmethod
    def join(batches: "Sequence[Batch]") -> "Batch":
        """Return one batch of all their samples, T of the longest text."""
        whole: Batch = joined(batches)
        return whole

    @property
    def size(self) -> int:
        """Return the number of samples."""
        return len(self.ids)

    def cut(self, start: int, end: int) -> "Batch":
        """Return the samples from `start` up to `end`, without copying them."""
        return Batch(*(field[start:end] for field in self))

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on `device`; to a GPU it may still be on its way."""
        ahead = device.type == "cuda"
        return Batch(*(field.to(device, non_blocking=ahead) for field in self))
