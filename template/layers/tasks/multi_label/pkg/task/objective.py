"""What training minimises: binary cross-entropy, a question for each label."""

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
    """Sigmoid cross-entropy, the mean over labels; smoothing and weights in training alone."""

    label_smoothing: float = 0.0
    class_weights: Tensor | None = None  # [K] weight of a label that is present

    def __call__(self, model: nn.Module, batch: Batch) -> Loss:
        """Return the loss of a batch, summed, and the logits [B, K] as its outputs."""
        return self.loss(self.predict(model, batch), batch, training=model.training)

    def predict(self, model: nn.Module, batch: Batch) -> Tensor:
        """Return the logits [B, K]."""
        logits: Tensor = model(batch.inputs)
        return logits

    def loss(self, logits: Tensor, batch: Batch, training: bool = False) -> Loss:
        """Return the loss of logits [B, K], summed over the batch."""
        targets, weights = batch.targets, None
        if training:
            weights = self.class_weights
            targets = targets + self.label_smoothing * (0.5 - targets)
        losses = F.binary_cross_entropy_with_logits(
            logits.float(), targets, pos_weight=weights, reduction="none"
        )  # [B, K]
        return Loss(losses.mean(dim=1).sum(), float(batch.size), logits)


def build_objective(settings: TaskSettings, info: DataInfo, device: torch.device) -> Objective:
    """Make the objective; a label's presence weighs as its absence, where that is wanted."""
    if not settings.class_weights:
        return Objective(settings.label_smoothing)
    counts = torch.tensor(info.targets["class_counts"], dtype=torch.float32, device=device)
    weights = (info.targets["num_train"] - counts) / counts.clamp(min=1)
    return Objective(settings.label_smoothing, weights)
