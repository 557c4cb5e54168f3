"""What travels from the loader through the objective to the metrics: pairs of texts."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .data.ragged import Ragged
from .fields import joined


class Columns(NamedTuple):
    """The N pairs of a data set, in the fields of a batch."""

    inputs: Ragged  # tokens of N sources
    labels: Ragged  # tokens of N targets
    targets: Ragged  # texts that are right for each


class Batch(NamedTuple):
    """B pairs on one device; B is the first axis of every field, and -1 is beyond an end."""

    inputs: Tensor  # int64 [B, S] tokens of the source
    labels: Tensor  # int64 [B, T] tokens of the target, its end token included
    targets: Tensor  # int64 [B, R] every text that is right, as `references.pack` has it
    ids: Tensor  # int64 [B] number of each sample in the whole data set

    @staticmethod
    def join(batches: "Sequence[Batch]") -> "Batch":
        """Return one batch of all their samples, as wide as the longest of them."""
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
