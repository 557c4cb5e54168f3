"""The plainest task, for tests of single parts of the engine: rows of numbers, and their classes.

Shapes: B rows, F features, K classes.
"""

from typing import Any, ClassVar, NamedTuple

import torch
import torch.nn.functional as F
from building import make_phase, make_recipe, make_state
from torch import Tensor, nn

from pkg.engine.state import Loss, Recipe, TrainState

NUM_OUTPUTS = 3


class Rows(NamedTuple):
    """Rows and the class of each."""

    inputs: Tensor  # [B, F]
    targets: Tensor  # int64 [B]
    ids: Tensor  # int64 [B]

    @property
    def size(self) -> int:
        return len(self.ids)

    def cut(self, start: int, end: int) -> "Rows":
        return Rows(*(field[start:end] for field in self))

    def to(self, device: torch.device) -> "Rows":
        return Rows(*(field.to(device, non_blocking=True) for field in self))


class Hits(nn.Module):
    """Mean loss, and the fraction of rows whose class was found."""

    primary: ClassVar[str] = "accuracy"
    higher_is_better: ClassVar[dict[str, bool]] = {"loss": False, "accuracy": True}
    sums: Tensor  # [4]: of the loss, of its weight, hits, rows

    def __init__(self) -> None:
        super().__init__()
        self.sums = nn.Buffer(torch.zeros(4))

    def update(self, loss: Loss, batch: Rows) -> None:
        assert loss.total is not None
        hits = (loss.outputs.argmax(1) == batch.targets).sum()
        values = [loss.total, loss.weight, hits, batch.size]
        self.sums += torch.stack([x + self.sums.new_zeros(()) for x in values])

    def compute(self) -> dict[str, float]:
        total, weight, hits, count = self.sums.tolist()
        return {"loss": total / weight, "accuracy": hits / count}

    def reset(self) -> None:
        self.sums.zero_()

    def join(self, other: "Hits") -> None:
        self.sums += other.sums


def objective(model: nn.Module, batch: Rows) -> Loss:
    """Sum the cross-entropy over rows."""
    logits = model(batch.inputs)  # [B, K]
    return Loss(
        F.cross_entropy(logits.float(), batch.targets, reduction="sum"), float(batch.size), logits
    )


def make_batch(size: int, *shape: int, seed: int = 0) -> Rows:
    """Make random rows of a shape, whose classes take turns."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.arange(size)
    return Rows(torch.randn(size, *shape, generator=generator), ids % NUM_OUTPUTS, ids)


def plain_state(model: nn.Module, optimizer: str = "sgd", learning_rate: float = 0.1) -> TrainState:
    """Make the state of a training of `model`."""
    device = next(model.parameters()).device
    phase = make_phase(model, objective, optimizer, learning_rate)
    return make_state(model, Hits().to(device), phase)


def plain_recipe(**changes: Any) -> Recipe:
    """Make a recipe of one epoch without accumulation and clipping."""
    return make_recipe(objective, Hits(), **changes)
