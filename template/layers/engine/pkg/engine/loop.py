"""The training loop: passes over the data with gradients, and passes without.

Nothing here knows the task. `objective.py` turns a batch into a loss, `metrics.py` turns outputs
into figures, `run.py` writes down what happens and ends it, and this file moves the weights.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import islice
from operator import add
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from . import faults
from .optim import rescale_gradients
from .recovery import Guard, in_parts

Weight = Tensor | float  # how many samples a sum is over, or the sum of their weights
Objective = Callable[[nn.Module, Any], tuple[Tensor, Weight, Any]]  # loss sum, weight, outputs
Part = tuple[Tensor, Weight, Any, Any]  # the same of a part of a batch, and that part
Autocast = Callable[[], AbstractContextManager[Any]]
Batches = Callable[[int, int], Iterator[Any]]  # of an epoch, from a sample on; all have `ids`


class Metrics(Protocol):
    """Figures that are counted on the device and read when somebody asks."""

    primary: str  # the figure that says most

    def update(self, loss_sum: Tensor, weight: Weight, outputs: Any, batch: Any) -> None: ...
    def compute(self) -> dict[str, float]: ...
    def reset(self) -> None: ...


@dataclass
class Progress:
    """Where a run stands, in plain numbers."""

    epoch: int = 0  # passes completed
    samples: int = 0  # seen in the pass under way
    step: int = 0  # updates of the weights
    seconds: float = 0.0  # spent training
    micro_batch: int | None = None  # samples that fit into memory at once; None: all
    bad_updates: int = 0  # that were not finite, in a row
    setbacks: int = 0  # returns to a checkpoint because of them, each at half the learning rate
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

    def __post_init__(self) -> None:
        """Watch over what a batch that fails would spoil."""
        self.weights = list(self.model.parameters())
        self.guard = Guard(self.model)


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


class Update(NamedTuple):
    """What an update did: numbers that have not left the device."""

    loss: Tensor  # [], the mean over the samples
    grad_norm: Tensor  # [] before it was clipped
    bad: Tensor  # [] 1 where a gradient was not finite and the weights stayed, otherwise 0
    ids: list[Tensor]  # of the samples of each batch


class Callbacks(Protocol):
    """What the loop reports; an answer of False ends training."""

    def after_step(self, state: TrainState, update: Update) -> bool: ...
    def after_epoch(self, state: TrainState, val: dict[str, float]) -> bool: ...


def fit(
    state: TrainState, recipe: Recipe, train: Batches, val: Batches, callbacks: Callbacks
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
        batches = train(progress.epoch, progress.samples)
        while group := list(islice(batches, recipe.accumulation_steps)):
            if not callbacks.after_step(state, update_weights(state, recipe, group)):
                return
        figures = evaluate(state.evaluated, recipe, val(0, 0))
        progress.epoch, progress.samples = progress.epoch + 1, 0
        if not callbacks.after_epoch(state, figures):
            return


def update_weights(state: TrainState, recipe: Recipe, batches: list[Any]) -> Update:
    """Move the weights once, by the mean over all samples of `batches`."""
    ids = [batch.ids for batch in batches]
    state.guard.remember()
    work = partial(accumulate_gradients, state, recipe, batches)
    done = state.guard.fit_memory(state, max(map(len, ids)), work)
    for loss, weight, *others in done:  # a loss that is not finite counts for nothing
        state.metrics.update(loss.nan_to_num(0.0, 0.0, 0.0), loss.isfinite() * weight, *others)
    loss_sum, weight = (reduce(add, column) for column in list(zip(*done, strict=True))[:2])
    #: if distributed
    loss_sum, weight = state.guard.settle(loss_sum, weight)
    #: endif
    state.scaler.unscale_(state.optimizer)  # clip the true gradient, not the scaled one
    bad, grad_norm = rescale_gradients(state.optimizer, weight, recipe.max_grad_norm)
    bad = state.guard.check(state, loss_sum, bad)
    state.scaler.step(state.optimizer)
    state.scaler.update()
    state.scheduler.step()
    #: if ema
    state.ema.update_parameters(state.model)
    #: endif
    for each in state.weights:
        each.grad = None
    state.progress.step += 1
    state.progress.samples += sum(map(len, ids))
    return Update(loss_sum / weight, grad_norm, bad, ids)


def accumulate_gradients(state: TrainState, recipe: Recipe, batches: list[Any]) -> list[Part]:
    """Add up the gradients over all samples; return what came of each part."""
    done = []
    for part in state.guard.parts(state, batches):
        faults.point("forward", part)
        with recipe.autocast():
            loss, weight, outputs = recipe.objective(state.model, part)
        state.scaler.scale(loss).backward()
        done.append((loss.detach(), weight, outputs.detach(), part))
    return done


@torch.inference_mode()
def evaluate(model: nn.Module, recipe: Recipe, batches: Iterator[Any]) -> dict[str, float]:
    """Return the loss and the task's figures over every sample of `batches`."""

    def forward(part: Any) -> tuple[Tensor, Weight, Any]:
        faults.point("forward", part)
        with recipe.autocast():
            return recipe.objective(model, part)

    metrics = recipe.val_metrics
    metrics.reset()
    model.eval()
    for part, (loss, weight, outputs) in in_parts(batches, forward):
        metrics.update(loss, weight, outputs, part)
    return metrics.compute()
