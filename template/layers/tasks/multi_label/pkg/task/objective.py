"""What training minimises: binary cross-entropy, one question for each label."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..batch import Batch
from ..engine.errors import UserError


@dataclass(frozen=True)
class Objective:
    """Sigmoid cross-entropy, the mean over labels, summed over the batch.

    Smoothing and class weights shape training alone: validation reports the plain loss.
    """

    label_smoothing: float = 0.0
    class_weights: Tensor | None = None  # [K] weight of a label that is present

    def __call__(self, model: nn.Module, batch: Batch) -> tuple[Tensor, float, Tensor]:
        """Return the summed loss [], its weight [] and the logits [B, K]."""
        logits, targets, weights = model(batch.inputs), batch.targets, None
        if model.training:
            weights = self.class_weights
            targets = targets + self.label_smoothing * (0.5 - targets)
        losses = F.binary_cross_entropy_with_logits(
            logits.float(), targets, pos_weight=weights, reduction="none"
        )  # [B, K]
        loss = losses.mean(dim=1).sum()
        return loss, float(len(batch.ids)), logits


def balance(counts: Tensor, total: int) -> Tensor:
    """Return a weight for each label [K], such that its presence weighs as its absence."""
    return (total - counts) / counts.clamp(min=1)


def check(batch: Batch, num_outputs: int) -> None:
    """Refuse samples whose targets are not labels, float32 [B, K] of 0 and 1."""
    targets, wanted = batch.targets, f"float32 [{len(batch.ids)}, {num_outputs}] from 0 to 1"
    fits = targets.dtype == torch.float32 and targets.shape == (len(batch.ids), num_outputs)
    if not fits or not ((targets >= 0) & (targets <= 1)).all():
        found = f"{targets.dtype} {list(targets.shape)} from {targets.min()} to {targets.max()}"
        raise UserError(f"data.dataset_path: targets are {found}, not {wanted}")
