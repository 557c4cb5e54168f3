"""Texts in memory as tokens; each batch is as wide as its longest text."""

from collections.abc import Iterator

import torch
from torch import Tensor

from ..batch import Batch, Columns
from .ragged import Ragged


class Texts:
    """The samples of a data set, gathered by number."""

    max_samples_per_prepare = 0  # a batch is as wide as its own texts

    def __init__(self, columns: Columns, device: torch.device) -> None:
        """Take N samples on the CPU; batches go to `device`."""
        self.columns, self.device = columns, device

    def read(self, chunks: list[Tensor]) -> Iterator[Batch]:
        """Yield the samples of each chunk of sample numbers, int64 [B]."""
        for ids in chunks:
            fields = {"ids": ids}
            for name, column in self.columns._asdict().items():
                fields[name] = column.padded(ids) if isinstance(column, Ragged) else column[ids]
            if self.device.type == "cuda":  # so that a copy does not wait for the one before
                fields = {name: field.pin_memory() for name, field in fields.items()}
            yield Batch(**fields).to(self.device)
