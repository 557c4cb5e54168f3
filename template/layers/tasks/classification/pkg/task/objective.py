"""What training minimises: cross-entropy over exclusive classes."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..batch import Batch
from ..engine.errors import UserError


@dataclass(frozen=True)
class Objective:
    """Softmax cross-entropy; smoothing and class weights shape training, not validation."""

    label_smoothing: float = 0.0
    class_weights: Tensor | None = None  # [K]

    def __call__(self, model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor | float, Tensor]:
        """Return the summed loss [], its weight [] and the logits [B, K]."""
        logits = model(batch.inputs)
        weights, smoothing = self.class_weights, self.label_smoothing
        if not model.training:
            weights, smoothing = None, 0.0
        loss = F.cross_entropy(
            logits.float(), batch.targets, weights, reduction="sum", label_smoothing=smoothing
        )
        if weights is None:
            return loss, float(len(batch.ids)), logits
        #: if "mixup" in augmentation or "cutmix" in augmentation
        if batch.targets.is_floating_point():  # shares [B, K]
            return loss, (batch.targets @ weights).sum(), logits
        #: endif
        return loss, weights[batch.targets].sum(), logits


def check(batch: Batch, num_outputs: int) -> None:
    """Refuse samples whose targets are not their classes, int64 [B] from 0 on."""
    targets, wanted = batch.targets, f"int64 [{len(batch.ids)}] from 0 to {num_outputs - 1}"
    fits = targets.dtype == torch.int64 and targets.shape == batch.ids.shape
    if not fits or targets.min() < 0 or targets.max() >= num_outputs:
        found = f"{targets.dtype} {list(targets.shape)} from {targets.min()} to {targets.max()}"
        raise UserError(f"data.dataset_path: targets are {found}, not {wanted}")


def balance(counts: Tensor, total: int) -> Tensor:
    """Return a weight for each class [K], such that all classes weigh the same."""
    return total / (len(counts) * counts.clamp(min=1))
