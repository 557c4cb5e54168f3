"""What travels from the loader through the objective to the metrics: a batch of rows."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor


class Batch(NamedTuple):
    """B samples on one device; B is the first axis of every field. K outputs."""

    inputs: Tensor  # float32 [B, F] the features of each row
    targets: Tensor  # int64 [B] classes; float32 [B, K] numbers
    ids: Tensor  # int64 [B] number of each sample in the whole data set

    @staticmethod
    def join(batches: "Sequence[Batch]") -> "Batch":
        """Return one batch of all their samples."""
        return Batch(*map(torch.cat, zip(*batches, strict=True)))

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
