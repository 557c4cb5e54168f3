"""Figures of a tagger, each a function of how often every sample counts.

R weightings, N samples, K labels; a label is on from a probability of 0.5.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

Figures = dict[str, Tensor]


def measure(weights: Tensor, logits: Tensor, targets: Tensor) -> tuple[Figures, Figures]:
    """Return figures [R] of the whole and [R, K] of each label, for weights [R, N]."""
    true, chosen, total = targets.double(), (logits > 0).double(), weights.sum(1)
    hits, support, claimed = weights @ (true * chosen), weights @ true, weights @ chosen  # [R, K]
    each = {
        "support": support,
        "precision": hits / claimed.clamp(min=1),
        "recall": hits / support.clamp(min=1),
        "f1": 2 * hits / (support + claimed).clamp(min=1),
        "auroc": torch.stack([area(weights, true[:, k], x) for k, x in enumerate(logits.T)], 1),
    }
    right = (true == chosen).double()  # [N, K]
    losses = F.binary_cross_entropy_with_logits(logits, true, reduction="none")
    return {
        "accuracy": weights @ right.mean(1) / total,
        "subset_accuracy": weights @ right.prod(1) / total,
        "precision": each["precision"].mean(1),
        "recall": each["recall"].mean(1),
        "f1": each["f1"].mean(1),
        "f1_micro": 2 * hits.sum(1) / (support + claimed).sum(1).clamp(min=1),
        "f1_weighted": (each["f1"] * support).sum(1) / support.sum(1).clamp(min=1),
        "auroc": each["auroc"].nanmean(1),
        "loss": weights @ losses.mean(1) / total,
    }, each


def area(weights: Tensor, positive: Tensor, scores: Tensor) -> Tensor:
    """Return the area under the ROC curve [R] of scores [N]; NaN if a side is empty."""
    order = scores.argsort(descending=True)
    ends = scores[order].diff(append=scores.new_tensor([math.nan])) != 0  # equal scores: one point
    sides = [(weights * side)[:, order].cumsum(1)[:, ends] for side in (positive, 1 - positive)]
    hits, alarms = (F.pad(side, (1, 0)) for side in sides)
    return torch.trapezoid(hits, alarms) / (hits[:, -1] * alarms[:, -1])
