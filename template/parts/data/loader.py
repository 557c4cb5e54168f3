"""Which samples go where, and their batches in an order that nothing but (seed, epoch) decides."""

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor

from ..batch import Batch
from ..errors import UserError
from ..storage import write_text

NAMES = ("train", "val", "test")
GATHERED = 4_000_000  # bytes that are gathered at once: a gather takes its time, however small
InfoT = TypeVar("InfoT")


class Source(Protocol):
    """Samples that are asked for by the batch."""

    def read(self, chunks: list[Tensor]) -> Iterator[Batch]:
        """Yield the samples of each chunk of sample numbers."""


class InMemory:
    """Every sample in one tensor on the device, gathered by number."""

    def __init__(self, inputs: Tensor, targets: Tensor) -> None:
        self.inputs, self.targets = inputs, targets

    def read(self, chunks: list[Tensor]) -> Iterator[Batch]:
        """Yield the samples of each chunk of sample numbers, many of which are gathered at once."""
        sample = self.inputs[:1].nbytes + self.targets[:1].nbytes
        many = max(1, GATHERED // (sample * max(map(len, chunks), default=1)))
        for start in range(0, len(chunks), many):
            group = chunks[start : start + many]
            sizes, ids = [len(chunk) for chunk in group], torch.cat(group).to(self.inputs.device)
            parts = (x.split(sizes) for x in (self.inputs[ids], self.targets[ids], ids))
            yield from map(Batch, *parts)


@dataclass
class Loader(Generic[InfoT]):
    """One split of a data set as batches, from any position of any epoch."""

    source: Source
    ids: Tensor  # int64 [N]
    batch_size: int
    prepare: Callable[[Batch, int], Batch]  # from samples as they are kept, and the epoch
    seed: int
    info: InfoT  # what is known of the data set
    shuffle: bool = False  # whether each epoch has an order of its own
    weights: Tensor | None = None  # [N] chances of a draw with replacement
    wait_seconds: float = 0.0  # spent waiting for samples so far

    def __len__(self) -> int:
        return len(self.chunks(0, 0))

    def chunks(self, epoch: int, start: int) -> list[Tensor]:
        """Return the sample numbers of each batch of `epoch`, from sample `start` on."""
        order, generator = self.ids, torch.Generator().manual_seed(self.seed * 1_000_003 + epoch)
        if self.weights is not None:
            order = order[self.weights.multinomial(len(order), True, generator=generator)]
        elif self.shuffle:
            order = order[torch.randperm(len(order), generator=generator)]
        chunks = [chunk for chunk in order[start:].split(self.batch_size) if len(chunk)]
        if self.shuffle and len(chunks) > 1 and len(chunks[-1]) == 1:
            chunks[-2:] = [torch.cat(chunks[-2:])]  # batch statistics need two samples
        return chunks

    def batches(self, epoch: int = 0, start: int = 0) -> Iterator[Batch]:
        """Yield the batches of `epoch`, from sample `start` on."""
        samples, before = self.source.read(self.chunks(epoch, start)), time.perf_counter()
        for batch in samples:
            self.wait_seconds += time.perf_counter() - before
            yield self.prepare(batch, epoch)
            before = time.perf_counter()


def split(
    names: Sequence[str],
    shares: Sequence[float],
    seed: int,
    targets: Tensor | None = None,
    manifest: Path | None = None,
    most: int | None = None,
) -> list[Tensor]:
    """Return which samples train, validate and test, with the same shares of each class.

    The file `manifest` (CSV: name, split) keeps the division, and samples new to it train.
    At most `most` samples of each split are used, evenly spread.
    """
    if manifest is not None and manifest.exists():
        with manifest.open(newline="", encoding="utf-8") as file:
            known = dict(csv.reader(file))
        labels = [known.get(name, "train") for name in names]
    else:
        labels = draw(len(names), shares, seed, targets)
        if manifest is not None:
            text = StringIO(newline="")
            csv.writer(text).writerows([("name", "split"), *zip(names, labels, strict=True)])
            write_text(manifest, text.getvalue())
    splits = [[i for i, label in enumerate(labels) if label == name] for name in NAMES]
    if not all(splits):
        counts = ", ".join(f"{labels.count(name)} {name}" for name in NAMES)
        problem = f"data.train_val_test_split {list(shares)} leaves a split empty ({counts})"
        raise UserError(f"{problem}: add samples or choose other shares")
    return [torch.tensor(ids[:: -(-len(ids) // (most or len(ids)))]) for ids in splits]


def draw(count: int, shares: Sequence[float], seed: int, targets: Tensor | None) -> list[str]:
    """Name the split of each sample: exact shares of the whole, and nearly so of each class."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed)).tolist()
    if targets is not None and not targets.is_floating_point():
        order.sort(key=targets.tolist().__getitem__)  # the classes, shuffled, end to end
    labels = ["train"] * count
    for name, share in zip(NAMES[1:], shares[1:], strict=True):
        free = [i for i in order if labels[i] == "train"]
        size = min(len(free), round(count * share))
        for k in range(size):  # at even distances
            labels[free[(2 * k + 1) * len(free) // (2 * size)]] = name
    return labels
