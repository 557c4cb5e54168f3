"""What a training is built from, as `training.py` of a project builds it, for any task."""

from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from pkg.engine.optim import build_optimizer, build_scheduler
from pkg.engine.state import (
    Metrics,
    Objective,
    Phase,
    Recipe,
    TrainState,
    Update,
)


def make_phase(
    model: nn.Module,
    objective: Objective,
    optimizer: str = "sgd",
    learning_rate: float = 0.1,
    name: str = "main",
) -> Phase:
    """Make a phase that moves all weights of `model` at a constant learning rate."""
    built = build_optimizer(model, optimizer, learning_rate, weight_decay=0.0)
    scheduler = build_scheduler(built, "plateau", warmup=0, total=100)
    return Phase(name, list(model.parameters()), built, scheduler, objective)


def make_state(model: nn.Module, metrics: Metrics, *phases: Phase) -> TrainState:
    """Make the state of a training in 32 bits."""
    device = next(model.parameters()).device
    scaler = torch.amp.GradScaler(device.type, enabled=False)
    parts: dict[str, Any] = {}
    #: if ema
    from pkg.engine.average import Average

    parts["ema"] = Average(model, 0.5)
    #: endif
    return TrainState(model, model, phases, scaler, metrics, **parts)


def make_recipe(objective: Objective, metrics: Metrics, **changes: Any) -> Recipe:
    """Make a recipe of one epoch without accumulation and clipping."""
    settings: dict[str, Any] = {
        "autocast": nullcontext,
        "num_epochs": 1,
        "accumulation_steps": 1,
        "max_grad_norm": None,
    }
    return Recipe(objective, metrics, **settings | changes)


def scalars_of(update: Update) -> dict[str, Tensor]:
    """Return what an update logs [], with sums as means."""
    return {name: total / weight for name, (total, weight) in update.scalars.items()}
