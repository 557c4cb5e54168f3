"""The training loop: passes over the data with gradients, and passes without.

Nothing here knows the task. An objective turns a batch into a loss, metrics count what the model
says, `callbacks.py` logs and ends a run, and this file moves the weights.
"""

import math
from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from . import faults
from .optim import rescale_gradients
from .recovery import in_parts
from .runtime import kernels_for
from .state import Loader, Loss, Phase, Recipe, Scalar, TrainState, Update


class Callbacks(Protocol):
    """What the loop reports; an answer of False ends training."""

    def after_step(self, state: TrainState, update: Update) -> bool: ...
    def after_epoch(self, state: TrainState, val: dict[str, float]) -> bool: ...


class Sums(NamedTuple):
    """What the parts of an update add up to."""

    loss: Tensor  # []
    weight: Tensor | float  # []
    terms: dict[str, Tensor]  # [] each


def fit(
    state: TrainState, recipe: Recipe, train: Loader, val: Loader, callbacks: Callbacks
) -> None:
    """Train from where `state` stands until the last epoch, or until a callback ends it."""
    progress = state.progress
    while progress.epoch < recipe.num_epochs and not progress.finished:
        #: if has_backbone
        if progress.epoch < recipe.freeze_epochs:
            state.model.freeze_backbone()
        elif recipe.freeze_epochs and progress.epoch == recipe.freeze_epochs:
            state.model.unfreeze_backbone()
        #: endif
        state.model.train()
        if not train_epoch(state, recipe, train, callbacks):
            return
        values = evaluate(state.evaluated, recipe, val.batches(0, val.start))
        progress.epoch, progress.updates = progress.epoch + 1, 0
        if not callbacks.after_epoch(state, values):
            return


def train_epoch(state: TrainState, recipe: Recipe, train: Loader, callbacks: Callbacks) -> bool:
    """Update the weights until the epoch is over; False if a callback ended it.

    It is a pass over the data; or `updates_per_epoch`, wherever passes begin and end.
    """
    progress, limit = state.progress, recipe.updates_per_epoch or math.inf
    state.guard.begin()
    if progress.position is None:
        progress.position = train.start
    batches = train.batches(progress.passes, progress.position)
    while progress.updates < limit:
        if not (group := list(islice(batches, recipe.accumulation_steps))):
            empty = progress.position == train.start
            progress.passes, progress.position = progress.passes + 1, train.start
            if recipe.updates_per_epoch is None or empty:
                break
            batches = train.batches(progress.passes, progress.position)
            continue
        update = update_weights(state, recipe, group)
        progress.position = train.advance(progress.position, group)
        if not callbacks.after_step(state, update):
            return False
    return True


def update_weights(state: TrainState, recipe: Recipe, batches: list[Any]) -> Update:
    """Move the weights once, by the mean over all samples of `batches`, in each phase."""
    scalars: dict[str, Scalar] = {}
    bad: Tensor | None = None
    for phase in state.phases:
        prefix = f"{phase.name}_" if len(state.phases) > 1 else ""
        found, skipped = take_step(state, recipe, phase, batches)
        scalars |= {f"{prefix}{name}": value for name, value in found.items()}
        bad = skipped if bad is None else torch.maximum(bad, skipped)
    assert bad is not None
    state.scaler.update()
    #: if ema
    state.ema.update_parameters(state.model)
    #: endif
    state.progress.step += 1
    state.progress.updates += 1
    return Update(scalars, bad, [batch.ids for batch in batches])


def take_step(
    state: TrainState, recipe: Recipe, phase: Phase, batches: list[Any]
) -> tuple[dict[str, Scalar], Tensor]:
    """Move the weights of a phase; return what is to be logged, and 1 [] if it was skipped."""
    state.guard.remember()
    work = partial(accumulate_gradients, state, recipe, phase, batches)
    sums, last = state.guard.fit_memory(state, max(batch.size for batch in batches), work)
    state.guard.count(state.metrics, *last)
    del last  # its outputs may be large
    #: if distributed
    sums = Sums(*state.guard.settle(*sums))
    #: endif
    state.scaler.unscale_(phase.optimizer)  # clip the true gradient, not the scaled one
    bad, grad_norm = rescale_gradients(phase.optimizer, sums.weight, recipe.max_grad_norm)
    bad = state.guard.check(state.scaler, phase.optimizer, sums.loss, bad)
    state.scaler.step(phase.optimizer)
    phase.scheduler.step()
    for weight in state.weights:  # of the other phases, too: those gradients are not theirs
        weight.grad = None
    scalars = {name: (value, sums.weight) for name, value in sums.terms.items()}
    return {"loss": (sums.loss, sums.weight), **scalars, "gradient_norm": (grad_norm, 1.0)}, bad


def accumulate_gradients(
    state: TrainState, recipe: Recipe, phase: Phase, batches: list[Any]
) -> tuple[Sums, tuple[Loss, Any]]:
    """Add up the gradients over all samples.

    Returns:
        The sums, and the loss of the last part with that part, which are still to be counted.
        Those of all others are: no outputs are kept from one part to the next.
    """
    sums: Sums | None = None
    last: tuple[Loss, Any] | None = None
    for part in state.guard.parts(state, batches):
        if last is not None:
            state.guard.count_early(state.metrics, *last)
            last = None
        faults.point("forward", part)
        usual, fits = (recipe.usual_size, recipe.compiled), state.progress.micro_batch
        with kernels_for(part.size, *usual, micro_batch=fits, training=True):
            with recipe.autocast():
                loss = phase.objective(state.model, part)
            state.scaler.scale(loss.total).backward()
        loss = loss._replace(total=loss.total.detach().float(), weight=as_float(loss.weight))
        sums, last = added(sums, loss), (loss, part)
        del loss  # or its outputs would outlive the next part's
    assert sums is not None
    assert last is not None
    return sums, last


def as_float(weight: Tensor | float) -> Tensor | float:
    """Return a weight in 32 bits, as optimizers take it; a count of tokens may come as int64."""
    return weight.float() if isinstance(weight, Tensor) else weight


def added(sums: Sums | None, loss: Loss) -> Sums:
    """Return the sums with one more loss in them."""
    terms = {name: value.detach() for name, value in loss.terms.items()}
    if sums is None:
        return Sums(loss.total, loss.weight, terms)
    both = {name: sums.terms[name] + value for name, value in terms.items()}
    return Sums(sums.loss + loss.total, sums.weight + loss.weight, both)


@torch.inference_mode()
def evaluate(model: nn.Module, recipe: Recipe, batches: Iterable[Any]) -> dict[str, float]:
    """Return the task's metrics over every sample of `batches`, the loss among them if any."""

    def forward(part: Any) -> Loss:
        faults.point("forward", part)
        kernels = kernels_for(part.size, recipe.usual_size, recipe.compiled)
        with kernels, recipe.autocast():
            return recipe.val_objective(model, part)

    metrics = recipe.val_metrics
    metrics.reset()
    model.eval()
    for part, loss in in_parts(batches, forward):
        metrics.update(loss, part)
        del loss  # or its outputs would outlive the next part's
    return metrics.compute()
