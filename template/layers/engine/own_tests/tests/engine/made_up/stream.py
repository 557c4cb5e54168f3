"""A stream: data without a length, whose loader keeps a position of its own.

Shapes: B lines in the batch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from pkg.engine.data.draws import Draws
from pkg.engine.data.loader import Loader
from pkg.engine.state import Loss

from .task import BATCH_SIZE, LossAlone, Task, one_phase


class LineBatch(NamedTuple):
    """Pairs of numbers, and what they are to become."""

    pairs: Tensor  # [B, 2]
    wanted: Tensor  # [B, 1]
    ids: Tensor  # int64 [B]: 1000 for each file, and one for each line

    @property
    def size(self) -> int:
        return len(self.ids)

    def cut(self, start: int, end: int) -> "LineBatch":
        return LineBatch(*(field[start:end] for field in self))

    def to(self, device: torch.device) -> "LineBatch":
        return LineBatch(*(field.to(device) for field in self))


Place = tuple[int, int]  # the number of a file, and of a line in it


@dataclass
class LineStream:
    """Lines of files in their order, as batches; nobody knows how many there are."""

    folder: Path
    rank: int = 0
    world: int = 1
    start: Place = (0, 0)
    wait_seconds: float = 0.0

    def walk(self, position: Place) -> Iterator[tuple[LineBatch, Place]]:
        """Yield the batches from a position on, each with the position after it."""
        rows = list[list[float]]()
        number, line = position
        while (path := self.folder / f"{number}.txt").exists():
            for text in path.read_text().splitlines()[line:]:
                rows.append([*map(float, text.split()), 1000 * number + line])
                line += 1
                if len(rows) == BATCH_SIZE:
                    yield as_lines(rows), (number, line)
                    rows = []
            number, line = number + 1, 0
        if rows:
            yield as_lines(rows), (number, line)

    def batches(self, epoch: int, position: Place) -> Iterator[LineBatch]:
        """Yield the batches of a pass, or of each the slice of this process."""
        for batch, _ in self.walk(position):
            ends = [batch.size * k // self.world for k in range(self.world + 1)]
            yield batch.cut(ends[self.rank], ends[self.rank + 1])

    def advance(self, position: Place, batches: list[LineBatch]) -> Place:
        """Return the position after so many batches."""
        *_, (_, after) = islice(self.walk(position), len(batches))
        return after

    def share(self, rank: int, world: int) -> "LineStream":
        """Return what one of several processes sees."""
        return replace(self, rank=rank, world=world)

    def peek(self, count: int) -> LineBatch:
        """Return the first samples."""
        return next(self.batches(0, self.start)).cut(0, count)


def as_lines(rows: list[list[float]]) -> LineBatch:
    """Return numbers as a batch."""
    table = torch.tensor(rows)
    return LineBatch(table[:, :2], table[:, 2:3], table[:, 3].long())


def write_lines(folder: Path) -> None:
    """Write three files of different lengths."""
    folder.mkdir(parents=True)
    for number, count in enumerate((13, 5, 12)):
        pairs = Draws(number, 0, torch.arange(count)).uniform("pairs", 2).tolist()
        lines = [f"{x} {y} {x - 2 * y}\n" for x, y in pairs]
        (folder / f"{number}.txt").write_text("".join(lines))


class LineModel(nn.Module):
    """Two layers."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 1)
        )

    def forward(self, pairs: Tensor) -> Tensor:
        """Map pairs [B, 2] to numbers [B, 1]."""
        numbers: Tensor = self.layers(pairs)
        return numbers


def fit_lines(model: nn.Module, batch: LineBatch) -> Loss:
    """Sum the squared error."""
    return Loss((model(batch.pairs) - batch.wanted).square().sum(), float(batch.size))


def make_lines(ids: Tensor) -> LineBatch:
    """Make up the lines of a validation."""
    pairs = Draws(9, 0, ids).uniform("pairs", 2)
    return LineBatch(pairs, pairs @ torch.tensor([[1.0], [-2.0]]), ids)


class StreamTask(Task):
    """A task whose training data are a stream."""

    def loaders(self, folder: Path) -> tuple[Any, Loader[None]]:
        """Return the loaders of training, of what `write_lines` wrote, and validation."""
        return LineStream(folder), super().loaders(folder)[1]


STREAM = StreamTask(
    name="stream",
    model=LineModel,
    phases=one_phase(fit_lines),
    val_objective=fit_lines,
    metrics=LossAlone,
    make=make_lines,
    updates_per_epoch=3,
)
