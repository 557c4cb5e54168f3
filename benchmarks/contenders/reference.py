"""Detection as torchvision's own training script has it, in its manner and with its habits.

The sum of the losses is read off the device at each step, to stop where it is not finite; losses
go to a logger that smooths the last twenty and prints a line every ten steps. Unlike there the
optimizer is AdamW, as for all, and the batches are the project's.
"""

import math
from collections import deque
from collections.abc import Iterator
from itertools import islice
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from ..job import Job, Pass, Timing, decayed

WINDOW = 20  # losses that are smoothed


def batches_of(job: Job, epoch: int) -> Iterator[Any]:
    """Return the project's own batches of a pass."""
    train = job.prepared.train
    return islice(train.batches(epoch, train.start), job.steps)


def losses_of(model: nn.Module, batch: Any) -> tuple[dict[str, Tensor], Tensor]:
    """Return the sums of the losses of a batch [], and what they are sums over."""
    terms, weight = model(batch.inputs, batch.boxes, batch.learnt, batch.seeds)
    return terms, weight


def train_plainly(job: Job) -> dict[str, Tensor]:
    """Train with as few lines as can be, for the gate; return the state."""
    model = job.new_model()
    optimizer = torch.optim.AdamW(
        model.parameters(), job.learning_rate, eps=job.epsilon, weight_decay=0.0
    )
    for batch in batches_of(job, 0):
        optimizer.zero_grad()
        terms, weight = losses_of(model, batch)
        (torch.stack([*terms.values()]).sum() / weight).backward()
        optimizer.step()
    state: dict[str, Tensor] = model.state_dict()
    return state


class Smoothed:
    """The last values of a loss."""

    def __init__(self) -> None:
        self.values = deque[float](maxlen=WINDOW)
        self.total, self.count = 0.0, 0

    def update(self, value: float) -> None:
        """Take a value."""
        self.values.append(value)
        self.total, self.count = self.total + value, self.count + 1

    def __str__(self) -> str:
        return f"{median(self.values):.4f} ({self.total / self.count:.4f})"


class Reference:
    """A pass is one epoch of the script."""

    def __init__(self, job: Job, name: str) -> None:
        self.job, self.step, self.model = job, 0, job.new_model()
        self.optimizer = torch.optim.AdamW(
            decayed(self.model, job.weight_decay), lr=job.learning_rate, eps=job.epsilon
        )
        self.scheduler = torch.optim.lr_scheduler.LambdaLR(self.optimizer, job.rate_at)

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        self.model.train()
        watch, meters = Pass(self.job, batches_of(self.job, epoch)), dict[str, Smoothed]()
        for batch in watch:
            with self.job.autocast():
                terms, weight = losses_of(self.model, batch)
                terms = {name: term / weight for name, term in terms.items()}
                loss = torch.stack([*terms.values()]).sum()
            value = loss.item()
            if not math.isfinite(value):
                raise SystemExit(f"Loss is {value}, stopping training")
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.scheduler.step()
            self.step += 1
            for name, each in {"loss": loss, **terms}.items():
                meters.setdefault(name, Smoothed()).update(each.item())
            if self.step % self.job.log_every == 0:
                print("  ".join(f"{name}: {meter}" for name, meter in meters.items()))
        return watch.stop()

    def weights(self) -> dict[str, Tensor]:
        """Return the model's state."""
        state: dict[str, Tensor] = self.model.state_dict()
        return state
