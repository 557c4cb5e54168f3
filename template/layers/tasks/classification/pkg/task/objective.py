"""What training minimises: cross-entropy over exclusive classes."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..batch import Batch
from ..data.info import DataInfo
from ..engine.state import Loss
from .settings import TaskSettings


@dataclass(frozen=True)
class Objective:
    """Softmax cross-entropy; label smoothing and class weights in training alone."""

    label_smoothing: float = 0.0
    class_weights: Tensor | None = None  # [K]

    def __call__(self, model: nn.Module, batch: Batch) -> Loss:
        """Return the loss of a batch, summed, and the logits [B, K] as its outputs."""
        return self.loss(self.predict(model, batch), batch, training=model.training)

    def predict(self, model: nn.Module, batch: Batch) -> Tensor:
        """Return the logits [B, K]."""
        logits: Tensor = model(batch.inputs)
        return logits

    def loss(self, logits: Tensor, batch: Batch, training: bool = False) -> Loss:
        """Return the loss of logits [B, K], summed over the batch."""
        weights, smoothing = (self.class_weights, self.label_smoothing) if training else (None, 0.0)
        total = F.cross_entropy(
            logits.float(), batch.targets, weights, reduction="sum", label_smoothing=smoothing
        )
        if weights is None:
            return Loss(total, float(batch.size), logits)
        #: if mixes
        if batch.targets.is_floating_point():  # probabilities [B, K]
            return Loss(total, (batch.targets @ weights).sum(), logits)
        #: endif
        return Loss(total, weights[batch.targets].sum(), logits)


def build_objective(settings: TaskSettings, info: DataInfo, device: torch.device) -> Objective:
    """Make the objective; a class weighs the more, the rarer it is, where that is wanted."""
    if not settings.class_weights:
        return Objective(settings.label_smoothing)
    counts = torch.tensor(info.targets["class_counts"], dtype=torch.float32, device=device)
    weights = info.targets["num_train"] / (len(counts) * counts.clamp(min=1))  # all alike in sum
    return Objective(settings.label_smoothing, weights)
