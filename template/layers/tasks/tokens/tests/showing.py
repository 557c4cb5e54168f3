"""How metrics are shown samples: labels of words, predicted and true."""

import torch
from counted import NAMES, OUTPUTS, TARGETS
from torch import Tensor

from pkg.batch import Batch
from pkg.engine.state import Loss
from pkg.task.metrics import Metrics
from pkg.task.objective import Tags
from pkg.task.spans import Kinds

COUNT = len(TARGETS)
LOSSES = torch.arange(1.0, COUNT + 1)
KINDS = Kinds.of(NAMES, torch.device("cpu"))


def fresh() -> Metrics:
    """Return metrics that have counted nothing."""
    return Metrics(len(NAMES))


def make_batch(targets: Tensor, inputs: Tensor | None = None) -> Batch:
    """Return a batch of these labels [B, T], whose inputs may be what a model is to answer."""
    tokens = torch.zeros_like(targets) if inputs is None else inputs
    return Batch(tokens, targets, torch.arange(len(targets)))


def show(metrics: Metrics, samples: slice, outputs: Tensor = OUTPUTS) -> None:
    """Show samples to the metrics, as a validation does."""
    targets = TARGETS[samples]
    tags = Tags(outputs[samples], KINDS)
    weight = (targets >= 0).sum().float()
    metrics.update(Loss(LOSSES[samples].sum(), weight, tags), make_batch(targets))


show_training = show  # there is no difference
