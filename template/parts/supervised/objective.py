"""What training minimises: cross-entropy over exclusive classes."""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from .batch import Batch


@dataclass(frozen=True)
class Objective:
    """Softmax cross-entropy, summed over the batch.

    Smoothing and class weights shape training alone: validation reports the plain loss.
    """

    label_smoothing: float = 0.0
    class_weights: Tensor | None = None  # [K]

    def __call__(self, model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return the summed loss [], its weight [] and the logits [B, K]."""
        logits = model(batch.inputs)
        weights = self.class_weights if model.training else None
        loss = F.cross_entropy(
            logits.float(),
            batch.targets,
            weights,
            reduction="sum",
            label_smoothing=self.label_smoothing if model.training else 0.0,
        )
        if weights is None:
            weight = loss.new_full((), len(batch.ids))
        elif batch.targets.is_floating_point():  # shares, as mixing leaves them
            weight = (batch.targets @ weights).sum()
        else:
            weight = weights[batch.targets].sum()
        return loss, weight, logits


def balance(counts: Tensor, total: int) -> Tensor:
    """Return a weight for each class [K], such that all classes weigh the same."""
    return total / (len(counts) * counts.clamp(min=1))
