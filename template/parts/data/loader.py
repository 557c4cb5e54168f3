"""Batches on the device, in an order that nothing but (seed, epoch) decides."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

BatchT = TypeVar("BatchT")


class Raw(NamedTuple):
    """Samples as they are kept, before anything is computed from them."""

    inputs: Tensor  # [B, ...], uint8 for images
    targets: Tensor  # [B] or [B, K]
    ids: Tensor  # int64 [B]


class Source(Protocol):
    """Where raw samples come from."""

    def read(self, chunks: Sequence[Tensor]) -> Iterator[Raw]:
        """Yield the samples of each chunk of sample numbers, on the device."""


class InMemory:
    """Every sample as one tensor on the device, gathered by number."""

    def __init__(self, inputs: Tensor, targets: Tensor, device: torch.device) -> None:
        self.inputs = inputs.to(device)
        self.targets = targets.to(device)

    def read(self, chunks: Sequence[Tensor]) -> Iterator[Raw]:
        """Gather chunk after chunk."""
        for chunk in chunks:
            ids = chunk.to(self.inputs.device, non_blocking=True)
            yield Raw(self.inputs[ids], self.targets[ids], ids)


class Chunks(Sampler[list[int]]):
    """The batches of the epoch to come; worker processes outlive the epoch."""

    def __init__(self) -> None:
        self.current: Sequence[Tensor] = ()

    def __iter__(self) -> Iterator[list[int]]:
        return (chunk.tolist() for chunk in self.current)

    def __len__(self) -> int:
        return len(self.current)


class Streaming:
    """Samples read one by one, by worker processes where there are any."""

    def __init__(
        self,
        dataset: Dataset[tuple[Tensor, Tensor]],
        device: torch.device,
        num_workers: int = 0,
    ) -> None:
        self.chunks, self.device = Chunks(), device
        self.loader: DataLoader[tuple[Tensor, Tensor]] = DataLoader(
            dataset,
            batch_sampler=self.chunks,
            num_workers=num_workers,
            persistent_workers=num_workers > 0,
            pin_memory=device.type == "cuda",
            generator=torch.Generator(),  # leave the generator of the run alone
        )

    def read(self, chunks: Sequence[Tensor]) -> Iterator[Raw]:
        """Let the workers read ahead; move each chunk to the device."""
        self.chunks.current = chunks
        for ids, (inputs, targets) in zip(chunks, self.loader, strict=True):
            parts = (inputs, targets, ids)
            yield Raw(*(part.to(self.device, non_blocking=True) for part in parts))


class Loader(Generic[BatchT]):
    """One split of a data set as batches, from any position of any epoch."""

    def __init__(
        self,
        source: Source,
        ids: Sequence[int],
        batch_size: int,
        prepare: Callable[[Raw, int], BatchT],
        *,
        shuffle: bool = False,
        seed: int = 0,
        weights: Tensor | None = None,
    ) -> None:
        """Describe the batches.

        Args:
            source: Where the samples are read.
            ids: Sample numbers of the split.
            batch_size: Samples in a batch.
            prepare: Turns raw samples and the epoch into a batch.
            shuffle: Whether each epoch has an order of its own.
            seed: Fixes the orders.
            weights: [len(ids)] chances of a draw with replacement, or None for each
                sample once an epoch.
        """
        self.source, self.ids, self.batch_size = source, torch.tensor(ids), batch_size
        self.prepare, self.shuffle, self.seed = prepare, shuffle, seed
        self.weights = weights
        self.wait_seconds = 0.0  # spent waiting for samples so far

    def __len__(self) -> int:
        """Count the batches of an epoch."""
        return len(self.chunks(0, 0))

    def chunks(self, epoch: int, start: int) -> Sequence[Tensor]:
        """Return the sample numbers of each batch of `epoch`, from sample `start` on."""
        order = self.ids
        if self.shuffle:
            generator = torch.Generator().manual_seed(self.seed * 1_000_003 + epoch)
            if self.weights is None:
                drawn = torch.randperm(len(order), generator=generator)
            else:
                drawn = torch.multinomial(
                    self.weights, len(order), replacement=True, generator=generator
                )
            order = order[drawn]
        chunks = list(order[start:].split(self.batch_size))
        if self.shuffle and len(chunks) > 1 and len(chunks[-1]) == 1:
            chunks[-2:] = [torch.cat(chunks[-2:])]  # batch statistics need two samples
        return [chunk for chunk in chunks if len(chunk)]

    def batches(self, epoch: int = 0, start: int = 0) -> Iterator[BatchT]:
        """Yield the batches of `epoch`, from sample `start` on."""
        raw = iter(self.source.read(self.chunks(epoch, start)))
        while True:
            before = time.perf_counter()
            samples = next(raw, None)
            self.wait_seconds += time.perf_counter() - before
            if samples is None:
                return
            yield self.prepare(samples, epoch)
