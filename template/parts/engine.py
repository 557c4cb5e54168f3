"""The training loop: passes over the data with gradients, and passes without.

Nothing here knows the task. `objective.py` turns a batch into a loss, `metrics.py` turns outputs
into figures, `run.py` writes down what happens and ends it, and this file moves the weights.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from .optim import rescale_gradients

Objective = Callable[[nn.Module, Any], tuple[Tensor, Tensor, Any]]  # loss sum, weight, outputs
Autocast = Callable[[], AbstractContextManager[Any]]
Batches = Callable[[int, int], Iterator[Any]]  # of an epoch, from a sample on; all have `ids`


class Metrics(Protocol):
    """Figures that are counted on the device and read when somebody asks."""

    primary: str  # the figure that says most

    def update(self, loss_sum: Tensor, weight: Tensor, outputs: Any, batch: Any) -> None: ...
    def compute(self) -> dict[str, float]: ...
    def reset(self) -> None: ...


@dataclass
class Progress:
    """Where a run stands, in plain numbers."""

    epoch: int = 0  # passes completed
    samples: int = 0  # seen in the pass under way
    step: int = 0  # updates of the weights
    seconds: float = 0.0  # spent training
    best: float | None = None  # the monitored figure at its best
    best_epoch: int = 0
    bad_epochs: int = 0  # since the best
    target_best: float | None = None  # the target's figure at its best
    finished: str = ""  # why training ended; empty while it has not


@dataclass
class TrainState:
    """Everything that changes while training, and so everything a checkpoint holds."""

    model: Any  # a module with freeze_backbone and unfreeze_backbone
    evaluated: nn.Module  # the model, or the running average of its weights
    optimizer: torch.optim.Optimizer
    scheduler: LambdaLR
    scaler: torch.amp.GradScaler  # enabled for float16 alone; otherwise it does nothing
    metrics: Metrics  # of the pass under way
    #: if ema
    ema: torch.optim.swa_utils.AveragedModel
    #: endif
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True)
class Recipe:
    """How the weights move."""

    objective: Objective
    val_metrics: Metrics
    autocast: Autocast
    num_epochs: int
    accumulation_steps: int
    max_grad_norm: float | None
    #: if architecture != "custom"
    freeze_epochs: int
    #: endif


class Callbacks(Protocol):
    """What the loop reports; an answer of False ends training."""

    def after_step(self, state: TrainState, loss: Tensor, grad_norm: Tensor) -> bool: ...
    def after_epoch(self, state: TrainState, val: dict[str, float]) -> bool: ...


def fit(
    state: TrainState,
    recipe: Recipe,
    train_batches: Batches,
    val_batches: Batches,
    callbacks: Callbacks,
) -> None:
    """Train from where `state` stands until the last epoch, or until a callback ends it."""
    progress, model = state.progress, state.model
    while progress.epoch < recipe.num_epochs and not progress.finished:
        #: if architecture != "custom"
        if progress.epoch < recipe.freeze_epochs:
            model.freeze_backbone()
        elif progress.epoch == recipe.freeze_epochs:
            model.unfreeze_backbone()
        #: endif
        model.train()
        batches = train_batches(progress.epoch, progress.samples)
        while group := list(islice(batches, recipe.accumulation_steps)):
            loss, grad_norm = update_weights(state, recipe, group)
            if not callbacks.after_step(state, loss, grad_norm):
                return
        val = evaluate(state.evaluated, recipe, val_batches(0, 0))
        progress.epoch, progress.samples = progress.epoch + 1, 0
        if not callbacks.after_epoch(state, val):
            return


def update_weights(state: TrainState, recipe: Recipe, batches: list[Any]) -> tuple[Tensor, Tensor]:
    """Move the weights once; return mean loss and gradient norm, on the device."""
    count = sum(len(batch.ids) for batch in batches)
    losses, weights = [], []
    for batch in batches:
        with recipe.autocast():
            loss, weight, outputs = recipe.objective(state.model, batch)
        state.scaler.scale(loss / count).backward()
        losses.append(loss.detach())
        weights.append(weight)
        state.metrics.update(losses[-1], weight, outputs.detach(), batch)
    total = torch.stack(weights).sum()

    state.scaler.unscale_(state.optimizer)  # clip the true gradient, not the scaled one
    grad_norm = rescale_gradients(state.model, count / total, recipe.max_grad_norm)
    state.scaler.step(state.optimizer)
    state.scaler.update()
    state.optimizer.zero_grad()
    state.scheduler.step()
    #: if ema
    state.ema.update_parameters(state.model)
    #: endif
    state.progress.step += 1
    state.progress.samples += count
    return torch.stack(losses).sum() / total, grad_norm


@torch.inference_mode()
def evaluate(model: nn.Module, recipe: Recipe, batches: Iterator[Any]) -> dict[str, float]:
    """Return the loss and the task's figures over every sample of `batches`."""
    metrics = recipe.val_metrics
    metrics.reset()
    model.eval()
    for batch in batches:
        with recipe.autocast():
            loss, weight, outputs = recipe.objective(model, batch)
        metrics.update(loss, weight, outputs, batch)
    return metrics.compute()
