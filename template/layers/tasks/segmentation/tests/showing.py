"""How metrics are shown samples: logits of pixels, and their masks."""

import torch
from counted import OUTPUTS, TARGETS
from torch import Tensor

from pkg.batch import Batch
from pkg.engine.state import Loss
from pkg.masks import VOID
from pkg.task.metrics import Metrics

COUNT = len(TARGETS)
LOSSES = torch.arange(1.0, COUNT + 1)


def fresh() -> Metrics:
    """Return metrics that have counted nothing."""
    return Metrics(OUTPUTS.shape[1])


def make_batch(masks: Tensor, inputs: Tensor | None = None) -> Batch:
    """Return a batch of these masks [B, H, W], whose inputs may be what a model is to answer."""
    ids, sizes = torch.arange(len(masks)), torch.tensor([[*masks.shape[:0:-1]]] * len(masks))
    return Batch(torch.zeros(len(masks), 0) if inputs is None else inputs, masks, sizes, ids)


def show(metrics: Metrics, samples: slice, outputs: Tensor = OUTPUTS) -> None:
    """Show samples to the metrics, as a validation does."""
    masks = TARGETS[samples]
    weight = (masks != VOID).sum().float()
    metrics.update(Loss(LOSSES[samples].sum(), weight, outputs[samples]), make_batch(masks))


show_training = show  # there is no difference
