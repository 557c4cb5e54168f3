"""How the weights move: mean gradients, accumulation, averages, and no waiting."""

import math
from typing import Any

import pytest
import torch
from building import make_phase, make_state, scalars_of
from plain import NUM_OUTPUTS, Hits, Rows, make_batch, objective, plain_recipe, plain_state
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from pkg.engine import optim
from pkg.engine.loop import evaluate, update_weights
from pkg.engine.state import Loss


def halves(batch: Rows) -> list[Rows]:
    """Cut a batch in two that are not of the same size."""
    return [batch.cut(0, 3), batch.cut(3, batch.size)]


@pytest.mark.parametrize("largest", [None, 0.01])
def test_batches_that_add_up_move_the_weights_as_one(largest: float | None) -> None:
    batch, recipe, results = make_batch(8, 4), plain_recipe(max_grad_norm=largest), []
    for batches in ([batch], halves(batch)):
        torch.manual_seed(0)
        state = plain_state(nn.Linear(4, NUM_OUTPUTS))
        for _ in range(3):
            update = update_weights(state, recipe, batches)
        results.append([*scalars_of(update).values(), *state.model.parameters()])
        assert (state.progress.step, state.progress.updates) == (3, 3)
        assert [ids.tolist() for ids in update.ids] == [each.ids.tolist() for each in batches]
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-6)


def test_weights_of_a_loss_count_over_all_batches_of_an_update() -> None:
    weights = torch.tensor([5.0, 1.0, 0.1])  # of the classes

    def weighted(model: nn.Module, batch: Rows) -> Loss:
        logits = model(batch.inputs)
        loss = nn.functional.cross_entropy(logits, batch.targets, weights, reduction="sum")
        return Loss(loss, weights[batch.targets].sum(), logits)

    batch, model = make_batch(8, 4), nn.Linear(4, NUM_OUTPUTS)
    expected = nn.functional.cross_entropy(model(batch.inputs), batch.targets, weights)
    gradient = torch.autograd.grad(expected, model.weight)[0]
    before = model.weight.detach().clone()
    state = make_state(model, Hits(), make_phase(model, weighted))
    update = update_weights(state, plain_recipe(), halves(batch))
    torch.testing.assert_close(scalars_of(update)["loss"], expected.detach())
    step = (before - model.weight.detach()) / 0.1 / 1.9  # Nesterov's first: 1 + momentum
    torch.testing.assert_close(step, gradient, rtol=1e-4, atol=1e-6)


def test_an_update_is_one_step_along_the_mean_gradient() -> None:
    batch, model = make_batch(8, 4), nn.Linear(4, NUM_OUTPUTS)
    loss = objective(model, batch)
    assert loss.total is not None
    mean = loss.total / loss.weight
    gradients = torch.autograd.grad(mean, list(model.parameters()))
    before = [weight.detach().clone() for weight in model.parameters()]
    state = plain_state(model)
    found = scalars_of(update_weights(state, plain_recipe(), [batch]))
    assert float(found["loss"]) == pytest.approx(mean.item())
    norm = math.hypot(*(float(gradient.norm()) for gradient in gradients))
    assert float(found["gradient_norm"]) == pytest.approx(norm)
    for old, new, gradient in zip(before, model.parameters(), gradients, strict=True):
        torch.testing.assert_close(old - new.detach(), 0.1 * 1.9 * gradient)  # Nesterov's first
    assert all(weight.grad is None for weight in model.parameters())
    assert state.metrics.compute()["loss"] == pytest.approx(float(found["loss"]))


def test_terms_of_a_loss_are_means_over_the_update() -> None:
    def in_terms(model: nn.Module, batch: Rows) -> Loss:
        loss = objective(model, batch)
        assert loss.total is not None
        return loss._replace(terms={"half": loss.total / 2, "size": model(batch.inputs).sum()})

    batch, model = make_batch(8, 4), nn.Linear(4, NUM_OUTPUTS)
    size = float(model(batch.inputs).detach().sum()) / 8
    state = make_state(model, Hits(), make_phase(model, in_terms))
    found = scalars_of(update_weights(state, plain_recipe(), halves(batch)))
    assert found.keys() == {"loss", "half", "size", "gradient_norm"}
    assert float(found["half"]) == pytest.approx(float(found["loss"]) / 2)
    assert float(found["size"]) == pytest.approx(size)
    assert not any(value.requires_grad for value in found.values())


def test_phases_move_their_own_weights_one_after_the_other() -> None:
    one, two = nn.Linear(4, NUM_OUTPUTS), nn.Linear(4, NUM_OUTPUTS)
    model, seen = nn.ModuleList([one, two]), list[list[float]]()

    def sums() -> list[float]:
        return [float(part.weight.detach().sum()) for part in (one, two)]

    def of_both(model: Any, batch: Rows) -> Loss:  # each phase has gradients of both parts
        seen.append(sums())
        total = sum(part(batch.inputs).square().sum() for part in model)
        return Loss(total, float(batch.size), model[0](batch.inputs))

    phases = make_phase(one, of_both, name="one"), make_phase(two, of_both, name="two")
    state = make_state(model, Hits(), *phases)
    update = update_weights(state, plain_recipe(), [make_batch(8, 4)])
    names = {f"{phase}_{name}" for phase in ("one", "two") for name in ("loss", "gradient_norm")}
    assert update.scalars.keys() == names
    after = sums()
    assert seen[0][0] != seen[1][0] == after[0]  # moved by the first phase alone
    assert seen[0][1] == seen[1][1] != after[1]  # and by the second
    assert all(weight.grad is None for weight in model.parameters())
    assert state.progress.step == 1


#: if ema
def test_the_average_has_a_short_memory_at_first() -> None:
    model, seen = nn.Linear(4, NUM_OUTPUTS), []
    state = plain_state(model)
    for _ in range(9):
        update_weights(state, plain_recipe(), [make_batch(8, 4)])
        seen.append(model.weight.detach().clone())
    expected = seen[0]
    for count, weight in enumerate(seen[1:], 1):  # (1 + 8) / (10 + 8) is the 0.5 of `make_state`
        expected = torch.lerp(weight, expected, (1 + count) / (10 + count))
    torch.testing.assert_close(state.ema.state_dict()["module.weight"], expected)
    update_weights(state, plain_recipe(), [make_batch(8, 4)])
    expected = torch.lerp(model.weight.detach(), expected, 0.5)
    torch.testing.assert_close(state.ema.state_dict()["module.weight"], expected)


#: endif
def test_evaluation_counts_every_sample_once() -> None:
    batch, recipe = make_batch(8, 4), plain_recipe()
    model = nn.Sequential(nn.Dropout(0.9), nn.Linear(4, NUM_OUTPUTS))
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
def test_nothing_is_read_off_the_device_between_log_points(name: str) -> None:
    batch, recipe = make_batch(8, 4), plain_recipe(max_grad_norm=1.0)
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, NUM_OUTPUTS))
    state = plain_state(model, name, 1e-3)
    update_weights(state, recipe, [batch])  # optimizers make their state in the first
    with HostReads() as reads:
        for _ in range(3):
            update_weights(state, recipe, halves(batch))
        assert reads.found == []
    assert state.progress.step == 4
