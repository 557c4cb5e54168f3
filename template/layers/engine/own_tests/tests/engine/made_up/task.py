"""What a made-up task is, and what several of them are made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch
from building import make_phase
from torch import Tensor, nn

from pkg.engine.data.loader import Loader
from pkg.engine.state import Loss, Objective, Phase

NUM_TRAIN, NUM_VAL, BATCH_SIZE = 30, 10, 8  # four updates a pass, of 8, 8, 8 and 6 samples


class Sums(nn.Module):
    """Metrics that are sums over sums of weights; one without any weight is not there."""

    names: ClassVar[tuple[str, ...]]
    sums: Tensor  # [2, N]: of the numbers, of their weights

    def __init__(self) -> None:
        super().__init__()
        self.sums = nn.Buffer(torch.zeros(2, len(self.names)))

    def add(self, name: str, total: Tensor | float, weight: Tensor | float) -> None:
        column = self.names.index(name)
        self.sums[0, column] += total
        self.sums[1, column] += weight

    def compute(self) -> dict[str, float]:
        pairs = zip(self.names, *self.sums.tolist(), strict=True)
        return {name: total / weight for name, total, weight in pairs if weight}

    def reset(self) -> None:
        self.sums.zero_()

    def join(self, other: "Sums") -> None:
        self.sums += other.sums


class LossAlone(Sums):
    """The loss, since there is nothing else to measure."""

    primary: ClassVar[str] = "loss"
    names: ClassVar[tuple[str, ...]] = ("loss",)
    higher_is_better: ClassVar[dict[str, bool]] = {"loss": False}

    def update(self, loss: Loss, batch: Any) -> None:
        assert loss.total is not None
        self.add("loss", loss.total, loss.weight)


@dataclass
class Drawn:
    """A source of samples that are made up from their numbers."""

    make: Callable[[Tensor], Any]
    max_samples_per_prepare: int = 2 * BATCH_SIZE

    def read(self, chunks: list[Tensor]) -> Iterator[Any]:
        """Yield the samples of each chunk of sample numbers."""
        yield from map(self.make, chunks)


def as_it_is(batch: Any, epoch: int) -> Any:
    """Prepare nothing."""
    return batch


@dataclass(frozen=True)
class Task:
    """All that the engine is told of a task."""

    name: str
    model: Callable[[float], nn.Module]  # from a dropout
    phases: dict[str, tuple[str, Objective]]  # name: part of the model that moves, objective
    val_objective: Objective
    metrics: Callable[[], Any]
    make: Callable[[Tensor], Any]  # samples from their numbers
    prepare: Callable[[Any, int], Any] = as_it_is
    monitor: str = "val_loss"
    updates_per_epoch: int | None = None

    def build_phases(self, model: nn.Module) -> list[Phase]:
        """Make the phases of an update."""
        return [
            make_phase(model.get_submodule(part), objective, "adamw", 0.01, name)
            for name, (part, objective) in self.phases.items()
        ]

    def loaders(self, folder: Path) -> tuple[Any, Loader[None]]:
        """Return the loaders of training and validation; a stream reads files in `folder`."""
        source, ids = Drawn(self.make), torch.arange(NUM_TRAIN + NUM_VAL)
        train, val = (
            Loader(source, numbers, BATCH_SIZE, self.prepare, seed=0, info=None)
            for numbers in ids.split([NUM_TRAIN, NUM_VAL])
        )
        train.shuffle = True
        return train, val


def one_phase(objective: Objective) -> dict[str, tuple[str, Objective]]:
    """Let one phase move the whole model."""
    return {"model": ("", objective)}
