"""Classification metrics: a few counted while training, and all of them for a report."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .batch import Batch

NAMES = ("loss", "accuracy", "f1")
BINS = 15  # of the calibration error
LIMIT = 20_000_000  # numbers that an area is computed from; beyond, the first weighting alone
Figures = dict[str, Tensor]


class Metrics(nn.Module):
    """Mean loss, accuracy and macro F1, from one confusion matrix."""

    primary = "accuracy"
    loss: Tensor  # [2]: sum and weight
    confusion: Tensor  # [true class, predicted class]

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss = nn.Buffer(torch.zeros(2))
        self.confusion = nn.Buffer(torch.zeros(num_outputs, num_outputs, dtype=torch.int64))

    def update(self, loss_sum: Tensor, weight: Tensor, outputs: Tensor, batch: Batch) -> None:
        """Count a batch: logits [B, K] against classes [B] or shares [B, K]."""
        self.loss += torch.stack([loss_sum, weight])
        targets = batch.targets
        if targets.is_floating_point():
            targets = targets.argmax(dim=1)
        cells = targets * len(self.confusion) + outputs.argmax(dim=1)  # [B]
        self.confusion.view(-1).index_add_(0, cells, torch.ones_like(cells))

    def compute(self) -> dict[str, float]:
        """Read the counts off the device; return every figure."""
        counts, loss = self.confusion.cpu().double(), self.loss.cpu().double()
        hits, true, predicted = counts.diag(), counts.sum(1), counts.sum(0)
        f1 = 2 * hits / (true + predicted).clamp(min=1)  # of each class
        present = (true + predicted) > 0
        figures = [
            loss[0] / loss[1],
            hits.sum() / true.sum(),
            (f1 * present).sum() / present.sum(),
        ]
        return dict(zip(NAMES, torch.stack(figures).tolist(), strict=True))

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()


def measure(weights: Tensor, logits: Tensor, targets: Tensor) -> tuple[Figures, Figures]:
    """Return figures of the whole [R] and of each class [R, K].

    Row r of `weights` [R, N] says how often each of N samples counts in figure r.
    """
    shares, total = logits.softmax(1), weights.sum(1)
    confidence, predicted = shares.max(1)  # [N]
    right, empty = (predicted == targets).double(), weights.new_zeros(len(weights), shares.shape[1])
    hits = empty.index_add(1, targets, weights * right)  # [R, K]
    support, claimed = (empty.index_add(1, classes, weights) for classes in (targets, predicted))
    few = weights if weights.numel() * shares.shape[1] <= LIMIT else weights[:1]
    each = {
        "support": support,
        "precision": hits / claimed.clamp(min=1),
        "recall": hits / support.clamp(min=1),
        "f1": 2 * hits / (support + claimed).clamp(min=1),
        "auroc": torch.stack([area(few, targets == k, x) for k, x in enumerate(shares.T)], 1),
    }
    whole = {
        "accuracy": hits.sum(1) / total,
        "balanced_accuracy": each["recall"].where(support > 0, math.nan).nanmean(1),
    }
    for name in ("precision", "recall", "f1"):
        whole[name] = each[name].where(support + claimed > 0, math.nan).nanmean(1)
        whole[f"{name}_weighted"] = (each[name] * support).sum(1) / total
    losses = F.cross_entropy(logits, targets, reduction="none")
    whole |= {"auroc": each["auroc"].nanmean(1), "loss": weights @ losses / total}
    bins = (confidence * BINS).long().clamp(max=BINS - 1)
    gaps = weights.new_zeros(len(weights), BINS).index_add(1, bins, weights * (confidence - right))
    return whole | {"calibration_error": gaps.abs().sum(1) / total}, each


def area(weights: Tensor, positive: Tensor, scores: Tensor) -> Tensor:
    """Return the area under the ROC curve [R] of scores [N]; NaN if a side is empty."""
    places = scores.unique(return_inverse=True)[1]  # [N]; equal scores share a place
    grid = weights.new_zeros(len(weights), int(places.max()) + 1)
    sides = (positive, ~positive)
    hits, alarms = (grid.index_add(1, places[side], weights[:, side]) for side in sides)
    below = alarms.cumsum(1) - alarms / 2  # a tie is half right
    return (hits * below).sum(1) / (hits.sum(1) * alarms.sum(1))
