"""How the weights move: mean gradients, accumulation, averages, and no waiting."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from pkg import optim
from pkg.batch import Batch
from pkg.engine.loop import Recipe, TrainState, evaluate, update_weights
from pkg.task.objective import Objective

NUM_OUTPUTS = 3
MakeBatch = Callable[..., Batch]
MakeObjective = Callable[..., Objective]
MakeState = Callable[..., TrainState]
MakeRecipe = Callable[..., Recipe]


def halves(batch: Batch) -> list[Batch]:
    """Cut a batch in two that are not of the same size."""
    return [Batch(*(part[:3] for part in batch)), Batch(*(part[3:] for part in batch))]


@pytest.mark.parametrize("largest", [None, 0.01])
def test_batches_that_add_up_move_the_weights_as_one(
    make_batch: MakeBatch,
    make_objective: MakeObjective,
    make_state: MakeState,
    make_recipe: MakeRecipe,
    largest: float | None,
) -> None:
    batch = make_batch(8, 4)
    recipe = make_recipe(make_objective(), max_grad_norm=largest)
    results = []
    for batches in ([batch], halves(batch)):
        torch.manual_seed(0)
        state = make_state(nn.Linear(4, NUM_OUTPUTS))
        for _ in range(3):
            update = update_weights(state, recipe, batches)
        results.append([update.loss, update.grad_norm, *state.model.parameters()])
        assert (state.progress.step, state.progress.samples) == (3, 24)
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-6)
#: if objective == "single_label"


def test_class_weights_count_over_all_batches_of_an_update(
    make_batch: MakeBatch, make_state: MakeState, make_recipe: MakeRecipe
) -> None:
    batch, weights = make_batch(8, 4), torch.tensor([5.0, 1.0, 0.1])
    model = nn.Linear(4, NUM_OUTPUTS)
    expected = nn.functional.cross_entropy(model(batch.inputs), batch.targets, weights)
    gradient = torch.autograd.grad(expected, model.weight)[0]
    before, state = model.weight.detach().clone(), make_state(model)
    recipe = make_recipe(Objective(class_weights=weights))
    loss = update_weights(state, recipe, halves(batch)).loss
    torch.testing.assert_close(loss, expected.detach())
    step = (before - model.weight.detach()) / 0.1 / 1.9  # Nesterov's first: 1 + momentum
    torch.testing.assert_close(step, gradient, rtol=1e-4, atol=1e-6)
#: endif


def test_an_update_is_one_step_along_the_mean_gradient(
    make_batch: MakeBatch,
    make_objective: MakeObjective,
    make_state: MakeState,
    make_recipe: MakeRecipe,
) -> None:
    batch, model, objective = make_batch(8, 4), nn.Linear(4, NUM_OUTPUTS), make_objective()
    loss_sum, weight, _ = objective(model, batch)
    mean = loss_sum / weight
    gradients = torch.autograd.grad(mean, list(model.parameters()))
    before = [weight.detach().clone() for weight in model.parameters()]
    state = make_state(model)
    update = update_weights(state, make_recipe(objective), [batch])
    loss, norm = update.loss, update.grad_norm
    assert norm is not None
    assert float(loss) == pytest.approx(mean.item())
    assert float(norm) == pytest.approx(math.hypot(*(float(g.norm()) for g in gradients)))
    for old, new, gradient in zip(before, model.parameters(), gradients, strict=True):
        torch.testing.assert_close(old - new.detach(), 0.1 * 1.9 * gradient)  # Nesterov's first
    assert all(weight.grad is None for weight in model.parameters())
    assert state.metrics.compute()["loss"] == pytest.approx(float(loss))
#: if ema


def test_the_average_has_a_short_memory_at_first(
    make_batch: MakeBatch,
    make_objective: MakeObjective,
    make_state: MakeState,
    make_recipe: MakeRecipe,
) -> None:
    model, seen = nn.Linear(4, NUM_OUTPUTS), []
    state = make_state(model)
    for _ in range(9):
        update_weights(state, make_recipe(make_objective()), [make_batch(8, 4)])
        seen.append(model.weight.detach().clone())
    expected = seen[0]
    for count, weight in enumerate(seen[1:], 1):  # (1 + 8) / (10 + 8) is the 0.5 of `make_state`
        expected = torch.lerp(weight, expected, (1 + count) / (10 + count))
    torch.testing.assert_close(state.ema.state_dict()["module.weight"], expected)
    update_weights(state, make_recipe(make_objective()), [make_batch(8, 4)])
    expected = torch.lerp(model.weight.detach(), expected, 0.5)
    torch.testing.assert_close(state.ema.state_dict()["module.weight"], expected)
#: endif


def test_evaluation_counts_every_sample_once(
    make_batch: MakeBatch, make_objective: MakeObjective, make_recipe: MakeRecipe
) -> None:
    batch = make_batch(8, 4)
    model = nn.Sequential(nn.Dropout(0.9), nn.Linear(4, NUM_OUTPUTS))
    recipe = make_recipe(make_objective())
    whole = evaluate(model.train(), recipe, iter([batch]))
    parts = evaluate(model.train(), recipe, iter(halves(batch)))
    assert parts == pytest.approx(whole, abs=1e-6)
    assert all(weight.grad is None for weight in model.parameters())


READS = ("_local_scalar_dense", "nonzero", "equal", "is_nonzero")  # operations that wait


class HostReads(TorchDispatchMode):
    """Notes every operation that waits for the device to read a number."""

    def __init__(self) -> None:
        TorchDispatchMode.__init__(self)
        self.found: list[str] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        if func.overloadpacket.__name__ in READS:
            self.found.append(str(func))
        return func(*args, **kwargs or {})


@pytest.mark.parametrize("name", list(optim.OPTIMIZERS))
def test_nothing_is_read_off_the_device_between_log_points(
    make_batch: MakeBatch,
    make_objective: MakeObjective,
    make_state: MakeState,
    make_recipe: MakeRecipe,
    name: str,
) -> None:
    batch = make_batch(8, 4)
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, NUM_OUTPUTS))
    state = make_state(model, name, 1e-3)
    recipe = make_recipe(make_objective(), max_grad_norm=1.0)
    update_weights(state, recipe, [batch])  # optimizers make their state in the first
    with HostReads() as reads:
        for _ in range(3):
            update_weights(state, recipe, halves(batch))
        #: if ema
        # The average counts its updates on the CPU, wherever the weights are.
        assert state.ema.n_averaged.device.type == "cpu"
        del reads.found[:12]
        #: endif
        assert reads.found == []
    assert state.progress.step == 4


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_a_gpu_is_never_waited_for(
    make_batch: MakeBatch,
    make_objective: MakeObjective,
    make_state: MakeState,
    make_recipe: MakeRecipe,
    dtype: torch.dtype,
) -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, NUM_OUTPUTS)).cuda()
    batch, state = Batch(*(part.cuda() for part in make_batch(8, 4))), make_state(model, "adamw")
    recipe = make_recipe(
        make_objective("cuda"),
        max_grad_norm=1.0,
        autocast=lambda: torch.autocast("cuda", dtype, enabled=dtype != torch.float32),
    )
    update_weights(state, recipe, [batch])
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(3):
            update = update_weights(state, recipe, halves(batch))
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert torch.stack([update.loss, update.grad_norm]).isfinite().all()
