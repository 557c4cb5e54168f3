"""A plot of what a model says of a split, for the logs."""

from typing import Any

from torch import nn

from .data.dataloader import SplitLoader
from .engine.runtime import plain
from .task.objective import Objective


def draw_split(
    model: nn.Module, *, objective: Objective, loader: SplitLoader, compiled: bool
) -> Any:
    """Return a plot of what the model says of a split, for the logs."""
    from .inference import predict_split
    from .task.plots import draw_plots  # takes its time: training first

    with plain(compiled, tune=False):
        outputs, targets = predict_split(model, objective, loader.batches())
    return draw_plots(outputs, targets, loader)
