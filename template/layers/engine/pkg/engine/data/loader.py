"""Which samples go where, and their batches in an order that nothing but (seed, epoch) decides."""

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor

from ...batch import Batch
from ..errors import UserError
from ..files import write_text

NAMES = ("train", "val", "test")
TOGETHER = 2_000_000  # bytes of batches that are prepared as one: each operation takes its time
MOST = 2**64 - 1  # what a seed can be
InfoT = TypeVar("InfoT")


class Source(Protocol):
    """Samples that are asked for by their numbers."""

    most: int  # samples to prepare at once; where a batch has more, it alone

    def read(self, chunks: list[Tensor]) -> Iterator[Batch]:
        """Yield the samples of each chunk of sample numbers."""


class InMemory:
    """The samples that are used in one tensor on the device, gathered by number."""

    def __init__(self, inputs: Tensor, targets: Tensor, used: Tensor | None = None) -> None:
        self.inputs, self.targets = inputs, targets
        self.used = used  # int64 [N] their numbers, rising; None: from 0 on
        self.most = TOGETHER // (inputs[:1].nbytes + targets[:1].nbytes)

    def read(self, chunks: list[Tensor]) -> Iterator[Batch]:
        """Yield the samples of each chunk of sample numbers."""
        order = torch.cat([torch.arange(0), *chunks]).to(self.inputs.device)  # waits once
        for ids in order.split([len(chunk) for chunk in chunks]):
            rows = ids if self.used is None else torch.searchsorted(self.used, ids)
            yield Batch(self.inputs[rows], self.targets[rows], ids)


@dataclass
class Loader(Generic[InfoT]):
    """One split of a data set as batches, from any position of any epoch."""

    source: Source
    ids: Tensor  # int64 [N]
    batch_size: int
    prepare: Callable[[Batch, int], Batch]  # from samples as they are read, and the epoch
    seed: int
    info: InfoT  # what is known of the data set
    shuffle: bool = False  # whether each epoch has an order of its own
    weights: Tensor | None = None  # [N] chances of a draw with replacement
    wait_seconds: float = 0.0  # spent waiting for samples so far

    def __len__(self) -> int:
        return len(self.chunks(0, 0))

    def chunks(self, epoch: int, start: int) -> list[Tensor]:
        """Return the sample numbers of each batch of `epoch`, from sample `start` on."""
        seed = (self.seed * 1_000_003 + epoch) % MOST
        order, generator = self.ids, torch.Generator().manual_seed(seed)
        if self.weights is not None:
            order = order[self.weights.multinomial(len(order), True, generator=generator)]
        elif self.shuffle:
            order = order[torch.randperm(len(order), generator=generator)]
        chunks = [chunk for chunk in order[start:].split(self.batch_size) if len(chunk)]
        if self.shuffle and len(chunks) > 1 and len(chunks[-1]) == 1:
            chunks[-2:] = [torch.cat(chunks[-2:])]  # batch statistics need two samples
        return chunks

    #: if task == "classification"
    @staticmethod
    def count_classes(targets: Tensor, train: Tensor, names: Sequence[str]) -> list[int]:
        """Return how many samples of `train` have each class; refuse one that no sample has."""
        count, both = len(names), [x.long() for x in (targets, targets[train])]
        if targets.ndim > 1:
            every, some = (x.sum(0).tolist() for x in both)
        else:  # what is no class is refused later
            every, some = (x.clamp(0, count - 1).bincount(minlength=count).tolist() for x in both)
        if count < 3 - targets.ndim or (not all(every) and targets.max() < count):
            counts = ", ".join(f"{name} {n}" for name, n in zip(names, every, strict=True))
            problem = "two classes or more, and all of data.class_names, need samples"
            raise UserError(f"data.dataset_path: {problem}, but there are: {counts}")
        return some

    #: endif
    #: if task == "regression"
    @staticmethod
    def measure_targets(targets: Tensor) -> dict[str, list[float]]:
        """Return mean and deviation of each target [N, K]; 1 where there is none to divide by."""
        shifts = targets.double() - targets[0]  # all 0, not nearly so, where targets are alike
        std = shifts.std(0, correction=len(shifts) > 1)
        mean = (targets[0] + shifts.mean(0)).tolist()
        return {"target_mean": mean, "target_std": std.where(std > 0, 1).tolist()}

    #: endif
    def batches(self, epoch: int = 0, start: int = 0) -> Iterator[Batch]:
        """Yield the batches of `epoch`, from sample `start` on."""
        chunks, many = self.chunks(epoch, start), max(1, self.source.most // self.batch_size)
        groups = [chunks[first : first + many] for first in range(0, len(chunks), many)]
        samples, before = self.source.read([torch.cat(x) for x in groups]), time.perf_counter()
        for group, read in zip(groups, samples, strict=True):
            self.wait_seconds += time.perf_counter() - before
            sizes = [len(chunk) for chunk in group]
            yield from map(Batch, *(part.split(sizes) for part in self.prepare(read, epoch)))
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
        with manifest.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
            rows = [row for row in csv.reader(file) if row][1:]
        if wrong := [row for row in rows if len(row) != 2 or row[1] not in NAMES]:
            raise UserError(f"{manifest}: {wrong[0]} is not a name and one of {NAMES}")
        known = dict(rows)
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
    counted = [(ids, min(most or len(ids), len(ids))) for ids in splits]
    return [torch.tensor([ids[k * len(ids) // n] for k in range(n)]) for ids, n in counted]


def draw(count: int, shares: Sequence[float], seed: int, targets: Tensor | None) -> list[str]:
    """Name the split of each sample: exact shares of the whole, and nearly so of each class."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed % MOST)).tolist()
    if targets is not None and not targets.is_floating_point():
        order.sort(key=targets.tolist().__getitem__)  # the classes, shuffled, end to end
    labels = ["train"] * count
    for name, share in zip(NAMES[1:], shares[1:], strict=True):
        free = [i for i in order if labels[i] == "train"]
        size = min(len(free), round(count * share))
        for k in range(size):  # at even distances
            labels[free[(2 * k + 1) * len(free) // (2 * size)]] = name
    return labels


def check_outputs(settings: Any, found: list[str], known: list[str]) -> None:
    """Refuse data of other outputs than those asked for, or than those of a checkpoint."""
    path, wanted = settings.dataset_path, settings.num_outputs
    if wanted not in (None, len(found)):
        raise UserError(f"data.num_outputs is {wanted}, but {path} has {len(found)}: {found}")
    if found != known:
        raise UserError(f"data.dataset_path: the model knows {known}, but {path} has {found}")
