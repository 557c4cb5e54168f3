"""Batches on the device, in an order that nothing but (seed, epoch) decides."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

BatchT = TypeVar("BatchT")


class Raw(NamedTuple):
    """Samples as they are kept, before anything is computed from them."""

    inputs: Tensor  # [B, ...], uint8 for images
    targets: Tensor  # [B] or [B, K]
    ids: Tensor  # int64 [B]


class InMemory:
    """Every sample in one tensor on the device, gathered by number."""

    def __init__(self, inputs: Tensor, targets: Tensor, device: torch.device) -> None:
        self.inputs, self.targets = inputs.to(device), targets.to(device)

    def read(self, chunks: Sequence[Tensor]) -> Iterator[Raw]:
        """Yield the samples of each chunk of sample numbers."""
        for chunk in chunks:
            ids = chunk.to(self.inputs.device, non_blocking=True)
            yield Raw(self.inputs[ids], self.targets[ids], ids)


class Streaming:
    """Samples read one by one, by worker processes that outlive the epoch."""

    def __init__(
        self, dataset: Dataset[tuple[Tensor, Tensor]], device: torch.device, num_workers: int
    ) -> None:
        self.chunks: list[list[int]] = []  # of the epoch under way
        self.device = device
        self.loader: DataLoader[tuple[Tensor, Tensor]] = DataLoader(
            dataset,
            batch_sampler=self.chunks,
            num_workers=num_workers,
            persistent_workers=num_workers > 0,
            pin_memory=device.type == "cuda",
            generator=torch.Generator(),  # leave the generator of the run alone
        )

    def read(self, chunks: Sequence[Tensor]) -> Iterator[Raw]:
        """Yield the samples of each chunk of sample numbers; workers read ahead."""
        self.chunks[:] = [chunk.tolist() for chunk in chunks]
        for ids, (inputs, targets) in zip(chunks, self.loader, strict=True):
            yield Raw(*(x.to(self.device, non_blocking=True) for x in (inputs, targets, ids)))


@dataclass
class Loader(Generic[BatchT]):
    """One split of a data set as batches, from any position of any epoch."""

    source: InMemory | Streaming
    ids: Tensor  # int64 [N]
    batch_size: int
    prepare: Callable[[Raw, int], BatchT]  # from raw samples and the epoch
    seed: int
    shuffle: bool = False  # whether each epoch has an order of its own
    weights: Tensor | None = None  # [N] chances of a draw with replacement
    wait_seconds: float = 0.0  # spent waiting for samples so far

    def __len__(self) -> int:
        return len(self.chunks(0, 0))

    def chunks(self, epoch: int, start: int) -> list[Tensor]:
        """Return the sample numbers of each batch of `epoch`, from sample `start` on."""
        order, count = self.ids, len(self.ids)
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + epoch)
        if self.weights is not None:
            order = order[self.weights.multinomial(count, replacement=True, generator=generator)]
        elif self.shuffle:
            order = order[torch.randperm(count, generator=generator)]
        chunks = [chunk for chunk in order[start:].split(self.batch_size) if len(chunk)]
        if self.shuffle and len(chunks) > 1 and len(chunks[-1]) == 1:
            chunks[-2:] = [torch.cat(chunks[-2:])]  # batch statistics need two samples
        return chunks

    def batches(self, epoch: int = 0, start: int = 0) -> Iterator[BatchT]:
        """Yield the batches of `epoch`, from sample `start` on."""
        samples, before = self.source.read(self.chunks(epoch, start)), time.perf_counter()
        for raw in samples:
            self.wait_seconds += time.perf_counter() - before
            yield self.prepare(raw, epoch)
            before = time.perf_counter()
