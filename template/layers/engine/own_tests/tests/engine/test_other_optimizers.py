"""Any optimizer that an owner puts in gets mean gradients, and skips updates that are bad."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from building import make_state
from plain import Hits, make_batch, objective, plain_recipe
from torch import nn

from pkg.engine.loop import update_weights
from pkg.engine.optim import build_scheduler
from pkg.engine.state import Phase

Make = Callable[[Any], torch.optim.Optimizer]
OPTIMIZERS: dict[str, Make] = {
    "RMSprop": lambda weights: torch.optim.RMSprop(weights, lr=1e-2, momentum=0.9),
    "NAdam": lambda weights: torch.optim.NAdam(weights, lr=1e-2),
    "RAdam": lambda weights: torch.optim.RAdam(weights, lr=1e-2),
    "Adamax": lambda weights: torch.optim.Adamax(weights, lr=1e-2),
    "Adadelta": lambda weights: torch.optim.Adadelta(weights),
    "ASGD": lambda weights: torch.optim.ASGD(weights, lr=1e-2),
    "Rprop": lambda weights: torch.optim.Rprop(weights, lr=1e-2),
    "Adagrad": lambda weights: torch.optim.Adagrad(weights, lr=1e-2),
    "Adagrad fused": lambda weights: torch.optim.Adagrad(weights, lr=1e-2, fused=True),
    "Adafactor": lambda weights: torch.optim.Adafactor(weights, lr=1e-2),
    "SGD": lambda weights: torch.optim.SGD(weights, lr=1e-2, foreach=False),
    "Adam": lambda weights: torch.optim.Adam(weights, lr=1e-2, foreach=True),
    "Muon": lambda weights: torch.optim.Muon([x for x in weights if x.ndim == 2], lr=1e-2),
}


def train(name: str, poison: tuple[int, ...] = (), steps: int = 3) -> tuple[nn.Module, Any]:
    """Take steps with our loop; those in `poison` see a batch that is not finite."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3, bias=False))
    optimizer = OPTIMIZERS[name](list(model.parameters()))
    scheduler = build_scheduler(optimizer, "plateau", warmup=0, total=100)
    phase = Phase("main", list(model.parameters()), optimizer, scheduler, objective)
    state = make_state(model, Hits(), phase)
    for step in range(steps):
        batch = make_batch(6, 4, seed=step)
        if step in poison:
            batch = batch._replace(inputs=batch.inputs * torch.nan)
        update_weights(state, plain_recipe(), [batch.cut(0, 4), batch.cut(4, 6)])
    return model, optimizer


def by_hand(name: str, steps: tuple[int, ...]) -> nn.Module:
    """Take the same steps with nothing but torch, on the mean loss of each whole batch."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3, bias=False))
    optimizer = OPTIMIZERS[name](list(model.parameters()))
    for step in steps:
        batch = make_batch(6, 4, seed=step)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(batch.inputs), batch.targets).backward()
        optimizer.step()
    return model


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_gets_the_mean_of_the_gradients(name: str) -> None:
    model, _ = train(name)
    for mine, other in zip(model.parameters(), by_hand(name, (0, 1, 2)).parameters(), strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_skips_an_update_that_is_not_finite(name: str) -> None:
    model, optimizer = train(name, poison=(1,))
    for mine, other in zip(model.parameters(), by_hand(name, (0, 2)).parameters(), strict=True):
        torch.testing.assert_close(mine, other, rtol=1e-4, atol=1e-6)
    values = [x for state in optimizer.state.values() for x in state.values()]
    assert all(x.isfinite().all() for x in values if isinstance(x, torch.Tensor))
