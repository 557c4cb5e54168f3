"""How metrics are shown samples: outputs and targets, a row each."""

import torch
from counted import OUTPUTS, TARGETS
from torch import Tensor

from pkg.batch import Batch
from pkg.engine.state import Loss
from pkg.task.metrics import Metrics

COUNT = len(TARGETS)
LOSSES = torch.arange(1.0, COUNT + 1)


def fresh() -> Metrics:
    """Return metrics that have counted nothing."""
    return Metrics(OUTPUTS.shape[1])


def show(metrics: Metrics, samples: slice, outputs: Tensor = OUTPUTS) -> None:
    """Show samples to the metrics, as a validation does."""
    targets = TARGETS[samples]
    batch = Batch(outputs[samples], targets, torch.arange(len(targets)))
    metrics.update(Loss(LOSSES[samples].sum(), float(len(targets)), outputs[samples]), batch)


show_training = show  # there is no difference
