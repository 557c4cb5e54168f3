"""The batches of a split, in an order that nothing but (seed, epoch) decides."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor

from .splits import SEEDS

PREPARED_BYTES = 2_000_000  # of batches that are prepared together: each operation takes its time
InfoT = TypeVar("InfoT")
# From the samples of an epoch in their random order, int64 [N], to another order of the same.
Arrange = Callable[[Tensor, torch.Generator], Tensor]


class Source(Protocol):
    """Samples that are asked for by their numbers."""

    max_samples_per_prepare: int  # to prepare together; where a batch has more, it alone

    def read(self, chunks: list[Tensor]) -> Iterator[Any]:
        """Yield the samples of each chunk of sample numbers, as a batch."""


class InMemory:
    """The samples that are used, as one batch on the device; gathered by number."""

    def __init__(self, samples: Any, used: Tensor | None = None) -> None:
        """Take a batch whose fields are all tensors with the samples as their first axis.

        Args:
            samples: The N samples.
            used: Their numbers, int64 [N], rising; None: from 0 on.
        """
        self.samples, self.used = samples, used
        fields = samples._asdict()
        del fields["ids"]
        self.tensors: dict[str, Tensor] = fields
        size = sum(tensor[:1].nbytes for tensor in fields.values())
        self.max_samples_per_prepare = PREPARED_BYTES // size

    def read(self, chunks: list[Tensor]) -> Iterator[Any]:
        """Yield the samples of each chunk of sample numbers."""
        order = torch.cat([torch.arange(0), *chunks]).to(self.samples.ids.device)  # waits once
        for ids in order.split([len(chunk) for chunk in chunks]):
            rows = ids if self.used is None else torch.searchsorted(self.used, ids)
            found = {name: tensor[rows] for name, tensor in self.tensors.items()}
            yield type(self.samples)(**found, ids=ids)


@dataclass
class Loader(Generic[InfoT]):
    """One split of a data set as batches. A position is the number of samples before it."""

    source: Source
    ids: Tensor  # int64 [N]
    batch_size: int
    prepare: Callable[[Any, int], Any]  # from samples as they are read, and the epoch
    seed: int
    info: InfoT  # what is known of the data set
    shuffle: bool = False  # whether each epoch has an order of its own
    weights: Tensor | None = None  # [N] chances of a draw with replacement
    arrange: Arrange | None = None  # brings samples together that a batch has; in training
    vary: Callable[[Any, int, int], Any] | None = None  # changes a batch by epoch and its number
    wait_seconds: float = 0.0  # spent waiting for samples so far
    start: int = 0

    def __len__(self) -> int:
        return len(self.chunks(0, 0))

    def chunks(self, epoch: int, position: int) -> list[Tensor]:
        """Return the sample numbers of each batch of `epoch`, from a position on."""
        seed = (self.seed * 1_000_003 + epoch) % SEEDS
        order, generator = self.ids, torch.Generator().manual_seed(seed)
        if self.weights is not None:
            order = order[self.weights.multinomial(len(order), True, generator=generator)]
        elif self.shuffle:
            order = order[torch.randperm(len(order), generator=generator)]
        if self.arrange and self.shuffle:
            order = self.arrange(order, generator)
        chunks = [chunk for chunk in order[position:].split(self.batch_size) if len(chunk)]
        if self.shuffle and len(chunks) > 1 and len(chunks[-1]) == 1:
            chunks[-2:] = [torch.cat(chunks[-2:])]  # batch statistics need two samples
        return chunks

    def batches(self, epoch: int = 0, position: int = 0) -> Iterator[Any]:
        """Yield the batches of `epoch`, from a position on."""
        chunks, number = self.chunks(epoch, position), position // self.batch_size
        together = max(1, self.source.max_samples_per_prepare // self.batch_size)
        groups = [chunks[first : first + together] for first in range(0, len(chunks), together)]
        samples, before = self.source.read([torch.cat(x) for x in groups]), time.perf_counter()
        for group, read in zip(groups, samples, strict=True):
            self.wait_seconds += time.perf_counter() - before
            prepared = self.prepare(read, epoch)
            for start, end in pairwise(accumulate(map(len, group), initial=0)):
                batch = prepared.cut(start, end) if len(group) > 1 else prepared
                yield batch if self.vary is None else self.vary(batch, epoch, number)
                number += 1
            before = time.perf_counter()

    def advance(self, position: int, batches: list[Any]) -> int:
        """Return the position after these batches."""
        return position + sum(len(batch.ids) for batch in batches)

    @property
    def usual_size(self) -> int:
        """Return the number of samples in a full batch, or of it in the slice of this process."""
        return len(self.chunks(0, 0)[0])

    def raw(self, count: int) -> Any:
        """Return the first samples of the split as they are read."""
        return next(iter(self.source.read([self.ids[:count]])))

    def peek(self, count: int) -> Any:
        """Return the first samples of the split, prepared as for the first epoch."""
        return self.prepare(self.raw(count), 0)
