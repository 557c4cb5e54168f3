"""Figures of a classifier, each a function of how often every sample counts.

R weightings, N samples, K classes.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

BINS = 15  # of the calibration error
Figures = dict[str, Tensor]


def measure(weights: Tensor, logits: Tensor, targets: Tensor) -> tuple[Figures, Figures]:
    """Return figures [R] of the whole and [R, K] of each class, for weights [R, N]."""
    shares, total = logits.softmax(1), weights.sum(1)
    confidence, predicted = shares.max(1)  # [N]
    true, chosen = (F.one_hot(x, logits.shape[1]).double() for x in (targets, predicted))  # [N, K]
    hits, support, claimed = weights @ (true * chosen), weights @ true, weights @ chosen  # [R, K]
    each = {
        "support": support,
        "precision": hits / claimed.clamp(min=1),
        "recall": hits / support.clamp(min=1),
        "f1": 2 * hits / (support + claimed).clamp(min=1),
        "auroc": torch.stack([area(weights, true[:, k], x) for k, x in enumerate(shares.T)], 1),
    }
    bins = F.one_hot((confidence * BINS).long().clamp(max=BINS - 1), BINS)  # [N, BINS]
    gaps = weights @ (bins * (confidence - (predicted == targets).double())[:, None])
    losses = F.cross_entropy(logits, targets, reduction="none")
    whole = {
        "accuracy": hits.sum(1) / total,
        "balanced_accuracy": each["recall"].where(support > 0, math.nan).nanmean(1),
    }
    for name in ("precision", "recall", "f1"):
        present = each[name].where(support + claimed > 0, math.nan)
        whole |= {name: present.nanmean(1)}
        whole |= {f"{name}_weighted": (each[name] * support).sum(1) / total}
    whole |= {"auroc": each["auroc"].nanmean(1), "loss": weights @ losses / total}
    return whole | {"calibration_error": gaps.abs().sum(1) / total}, each


def area(weights: Tensor, positive: Tensor, scores: Tensor) -> Tensor:
    """Return the area under the ROC curve [R] of scores [N]; NaN if a side is empty."""
    order = scores.argsort(descending=True)
    ends = scores[order].diff(append=scores.new_tensor([math.nan])) != 0  # equal scores: one point
    sides = [(weights * side)[:, order].cumsum(1)[:, ends] for side in (positive, 1 - positive)]
    hits, alarms = (F.pad(side, (1, 0)) for side in sides)
    return torch.trapezoid(hits, alarms) / (hits[:, -1] * alarms[:, -1])
