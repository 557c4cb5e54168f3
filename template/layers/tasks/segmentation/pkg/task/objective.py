"""What training minimises: cross-entropy over pixels, and the Dice loss where it is wanted.

Shapes: B images of H x W pixels, K classes.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..batch import Batch
from ..data.info import DataInfo
from ..engine.state import Loss
from ..masks import VOID, Segmentation, classes_of
from .settings import TaskSettings

SMALLEST = 1e-9  # weight of a batch in which nothing counts: its gradient is 0, not nan


@dataclass(frozen=True)
class Objective:
    """Softmax cross-entropy of each pixel; class weights and Dice loss in training alone.

    Sums and weights are in units of an image, H x W pixels, so that gradients are no larger than
    those of a classifier: in 16 bits, sums over pixels would overflow.
    """

    dice_weight: float = 0.0
    class_weights: Tensor | None = None  # [K]

    def __call__(self, model: nn.Module, batch: Batch) -> Loss:
        """Return the loss of a batch, summed, and the logits [B, K, H, W] as its outputs."""
        return self.loss(model(batch.inputs), batch, training=model.training)

    def predict(self, model: nn.Module, batch: Batch) -> Segmentation:
        """Return the class of each pixel."""
        return Segmentation(classes_of(model(batch.inputs)), batch.sizes)

    def loss(self, logits: Tensor, batch: Batch, training: bool = False) -> Loss:
        """Return the loss of logits [B, K, H, W], summed over the pixels that count."""
        logits, masks, unit = logits.float(), batch.masks.long(), batch.masks[0].numel()
        weights, counted = self.class_weights if training else None, masks != VOID  # [B, H, W]
        each = F.cross_entropy(logits, masks, weights, ignore_index=VOID, reduction="none")
        total = each.sum() / unit
        if weights is not None:
            counted = torch.where(counted, weights[masks.clamp(max=len(weights) - 1)], 0)
        weight = counted.sum(dim=(1, 2)) / unit  # [B] of each image
        terms = {}
        if self.dice_weight and training:
            dice = (dice_losses(logits, masks) * weight).sum()
            terms = {"cross_entropy": total, "dice_loss": dice}
            total = total + self.dice_weight * dice
        return Loss(total, weight.sum().clamp(min=SMALLEST), logits, terms)


def dice_losses(logits: Tensor, masks: Tensor) -> Tensor:
    """Return 1 - Dice of each image [B]: the mean over the classes in its mask; 0 without any.

    Of single images, for those add up: the Dice of a batch is not that of its parts.
    """
    numbers = torch.arange(logits.shape[1], device=logits.device)[:, None, None]
    true = masks[:, None] == numbers  # [B, K, H, W]
    probabilities = logits.softmax(dim=1) * (masks != VOID)[:, None]
    both = (probabilities * true).sum(dim=(2, 3))  # [B, K]
    sizes = probabilities.sum(dim=(2, 3)) + true.sum(dim=(2, 3))
    losses = 1 - 2 * both / sizes.clamp(min=1)
    there = true.any(dim=3).any(dim=2)  # [B, K]
    return torch.where(there, losses, 0).sum(dim=1) / there.sum(dim=1).clamp(min=1)


def build_objective(settings: TaskSettings, info: DataInfo, device: torch.device) -> Objective:
    """Make the objective; a class weighs the more, the rarer its pixels, where that is wanted."""
    if not settings.class_weights:
        return Objective(settings.dice_weight)
    counts = torch.tensor(info.targets["class_counts"], dtype=torch.float32, device=device)
    weights = counts.sum() / (len(counts) * counts.clamp(min=1))  # all alike in sum
    return Objective(settings.dice_weight, torch.where(counts > 0, weights, 1))
