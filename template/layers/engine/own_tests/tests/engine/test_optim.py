"""Optimizers, learning rates and clipping, against values worked out by hand."""

import math
from typing import Any, get_args, get_type_hints

import pytest
import torch
from plain import NUM_OUTPUTS, make_batch, plain_recipe, plain_state
from torch import nn

from pkg.engine import optim
from pkg.engine.loop import update_weights
from pkg.engine.optim import (
    build_optimizer,
    build_scheduler,
    rescale_gradients,
)
from pkg.engine.settings import TrainingSettings


def test_the_settings_name_every_optimizer_and_no_other() -> None:
    assert {*get_args(get_type_hints(TrainingSettings)["optimizer"])} == optim.OPTIMIZERS.keys()


@pytest.mark.parametrize("largest", [None, 1.0, 20.0])
@pytest.mark.parametrize("size", [1.0, 1e30])
def test_a_large_gradient_is_clipped_and_its_norm_returned(
    size: float, largest: float | None
) -> None:
    model = nn.Linear(2, 1, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0, fused=True)
    before, model.weight.grad = model.weight.detach().clone(), torch.tensor([[3.0, 4.0]]) * size
    bad, norm = rescale_gradients(optimizer, 0.5, largest)
    if size > 1 and largest is None:  # its square is too large for any optimizer
        assert float(bad) == 1.0
        return
    optimizer.step()
    scale = 1.0 if largest is None else min(1.0, largest / (10.0 * size))
    moves = [6.0 * size * scale, 8.0 * size * scale]
    assert float(bad) == 0.0
    assert float(norm) == pytest.approx(10.0 * size)
    assert (before - model.weight)[0].tolist() == pytest.approx(moves, rel=1e-5)


@pytest.mark.parametrize("largest", [None, 1.0])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_gradient_that_is_not_finite_is_bad(largest: float | None, value: float) -> None:
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), fused=True)
    model.weight.grad, model.bias.grad = torch.tensor([[3.0, value]]), torch.ones(1)
    bad, _ = rescale_gradients(optimizer, 2.0, largest)
    assert float(bad) == 1.0


@pytest.mark.parametrize("decoupled", [True, False])
def test_adam_moves_weights_as_torch_does(decoupled: bool) -> None:
    kinds: list[Any] = [optim.Adam, torch.optim.Adam]
    results, saved = [], []
    for kind in kinds:
        weight = nn.Parameter(torch.linspace(-1, 1, 12).view(3, 4))
        options = {"weight_decay": 0.3, "decoupled_weight_decay": decoupled, "fused": True}
        optimizer = kind([weight], 0.1, **options)
        for step in range(4):
            weight.grad = (torch.arange(12.0).view(3, 4) - 3 * step).sin()
            optimizer.grad_scale = torch.tensor(2.0)
            optimizer.found_inf = torch.tensor(float(step == 2))  # skips it
            optimizer.step()
        saved.append(optimizer.state_dict())
        results.append(weight.detach())
    torch.testing.assert_close(*results, rtol=0, atol=0)
    assert saved[0]["param_groups"] == saved[1]["param_groups"]
    torch.testing.assert_close(saved[0]["state"], saved[1]["state"], rtol=0, atol=0)


@pytest.mark.parametrize("name", optim.OPTIMIZERS)
def test_kernels_that_heed_no_flags_are_spared_them(name: str) -> None:
    moved = []
    for here in (False, True):
        model = nn.Linear(2, 1, bias=False)
        nn.init.ones_(model.weight)
        optimizer: Any = build_optimizer(model, name, 0.1, weight_decay=0.5)
        for bad in (0.0, 1.0, 0.0):
            model.weight.grad = torch.tensor([[3.0, math.nan if bad else -4.0]])
            optimizer.grad_scale, optimizer.found_inf = torch.tensor([20.0, bad])
            if here:
                optim.apply_now(optimizer)
                assert (optimizer.grad_scale, optimizer.found_inf) == (1.0, 0.0)
            optimizer.step()
        moved.append(model.weight.detach())
    torch.testing.assert_close(*moved)
    assert not moved[0].equal(torch.ones(1, 2))


def test_any_optimizer_gets_mean_gradients_and_no_bad_ones() -> None:
    batch, model = make_batch(8, 4), nn.Linear(4, NUM_OUTPUTS)
    state = plain_state(model)
    state.phases[0].optimizer = torch.optim.SGD(model.parameters(), lr=0.1, foreach=False)
    expected = nn.functional.cross_entropy(model(batch.inputs), batch.targets)
    gradient = torch.autograd.grad(expected, model.weight)[0]
    before = model.weight.detach().clone()
    update_weights(state, plain_recipe(), [batch])
    torch.testing.assert_close((before - model.weight.detach()) / 0.1, gradient)
    batch.inputs[0, 0], before = math.nan, model.weight.detach().clone()
    assert float(update_weights(state, plain_recipe(), [batch]).bad) == 1.0
    assert model.weight.equal(before)


def test_weight_decay_is_not_applied_to_biases_and_norms() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2))
    for name in optim.OPTIMIZERS:
        weights, others = build_optimizer(model, name, 0.1, weight_decay=0.5).param_groups
        assert [weight.shape for weight in weights["params"]] == [(2, 2)]
        assert len(others["params"]) == 3
        assert (weights["weight_decay"], others["weight_decay"]) == (0.5, 0.0)


#: if optimizer == "lion"
def test_lion_follows_its_paper() -> None:
    weight = nn.Parameter(torch.tensor([[1.0, -2.0, 3.0]]))
    optimizer = optim.Lion([weight], lr=0.1, weight_decay=0.5)
    expected, momentum = weight.detach().clone(), torch.zeros(1, 3)
    for gradient in (torch.tensor([[1.0, -1.0, 0.0]]), torch.tensor([[-0.05, 2.0, -3.0]])):
        direction = (0.9 * momentum + 0.1 * gradient).sign()
        expected = expected - 0.1 * (direction + 0.5 * expected)
        momentum = 0.99 * momentum + 0.01 * gradient
        weight.grad = gradient.clone()
        optimizer.step()
    torch.testing.assert_close(weight.detach(), expected)
    torch.testing.assert_close(optimizer.state[weight]["momentum"], momentum)


#: endif
@pytest.mark.parametrize(
    ("name", "rates"),  # at the end of the warm-up, in the middle of the decay, at the end
    [
        ("cosine", (1.0, 0.5, 0.0)),
        ("step", (1.0, 0.1, 0.001)),
        ("exponential", (1.0, 0.1, 0.01)),
        ("plateau", (1.0, 1.0, 1.0)),
    ],
)
def test_the_learning_rate_rises_and_decays(name: str, rates: tuple[float, ...]) -> None:
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler, planned = build_scheduler(optimizer, name, warmup=4, total=24), []
    for _ in range(25):
        planned.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    assert planned[:4] == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert [planned[4], planned[14], planned[24]] == pytest.approx(rates)
    assert planned[4:] == sorted(planned[4:], reverse=True)
