"""What travels from the loader through the objective to the metrics: a batch of sentences."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .data.ragged import Ragged
from .fields import joined


class Columns(NamedTuple):
    """The N sentences of a data set, in the fields of a batch."""

    inputs: Ragged  # tokens of N sentences
    targets: Ragged  # of as many: the label of a word at its first token, -1 at the others


class Batch(NamedTuple):
    """B sentences on one device; B is the first axis of every field. T tokens."""

    inputs: Tensor  # int64 [B, T] tokens of each sentence; -1 beyond its end
    targets: Tensor  # int64 [B, T] label of each word at its first token; -1 at all others
    ids: Tensor  # int64 [B] number of each sentence in the whole data set

    @staticmethod
    def join(batches: "Sequence[Batch]") -> "Batch":
        """Return one batch of all their sentences, T of the longest."""
        whole: Batch = joined(batches)
        return whole

    @property
    def size(self) -> int:
        """Return the number of sentences."""
        return len(self.ids)

    def cut(self, start: int, end: int) -> "Batch":
        """Return the sentences from `start` up to `end`, without copying them."""
        return Batch(*(field[start:end] for field in self))

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on `device`; to a GPU it may still be on its way."""
        ahead = device.type == "cuda"
        return Batch(*(field.to(device, non_blocking=ahead) for field in self))
