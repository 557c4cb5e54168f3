"""A plot of what a model says of a split and of how it goes on with texts, for the logs."""

from typing import Any

from torch import nn

from .data.dataloader import SplitLoader
from .engine.runtime import plain
from .task.objective import Objective


def draw_split(
    model: nn.Module, *, objective: Objective, loader: SplitLoader, compiled: bool
) -> Any:
    """Return a plot of what the model says of a split, and write texts of its own below."""
    from .inference import predict_split
    from .task.plots import draw_plots  # takes its time: training first
    from .task.samples import draw_samples

    with plain(compiled, tune=False):
        outputs, targets = predict_split(model, objective, loader.batches())
        figure = draw_plots(outputs, targets, loader)
        draw_samples(figure, model, objective, loader)
    return figure
