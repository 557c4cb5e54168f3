"""Multi-label metrics: a few counted while training, and all of them for a report."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .batch import Batch

NAMES = ("loss", "accuracy", "f1")
LIMIT = 20_000_000  # numbers that an area is computed from; beyond, the first weighting alone
Figures = dict[str, Tensor]


class Metrics(nn.Module):
    """Mean loss, accuracy over single labels, and macro F1; a label is on from 0.5."""

    primary = "accuracy"
    loss: Tensor  # [2]: sum and weight
    counts: Tensor  # [4, K]: hits, false alarms, misses, correct rejections

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss = nn.Buffer(torch.zeros(2))
        self.counts = nn.Buffer(torch.zeros(4, num_outputs, dtype=torch.int64))

    def update(self, loss_sum: Tensor, weight: Tensor, outputs: Tensor, batch: Batch) -> None:
        """Count a batch: logits [B, K] against labels [B, K] of 0 and 1."""
        self.loss += torch.stack([loss_sum, weight])
        predicted, true = outputs > 0, batch.targets > 0.5
        cells = [predicted & true, predicted & ~true, ~predicted & true]
        cells.append(~(predicted | true))
        self.counts += torch.stack([cell.sum(dim=0) for cell in cells])

    def compute(self) -> dict[str, float]:
        """Read the counts off the device; return every figure."""
        loss, counts = self.loss.cpu().double(), self.counts.cpu().double()
        hits, alarms, misses, rejections = counts.unbind()
        f1 = 2 * hits / (2 * hits + alarms + misses).clamp(min=1)  # of each label
        return {
            "loss": float(loss[0] / loss[1]),
            "accuracy": float((hits + rejections).sum() / counts.sum()),
            "f1": float(f1.mean()),
        }

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()


def measure(weights: Tensor, logits: Tensor, targets: Tensor) -> tuple[Figures, Figures]:
    """Return figures of the whole [R] and of each label [R, K].

    Row r of `weights` [R, N] says how often each of N samples counts in figure r.
    """
    true, chosen, total = targets.double(), (logits > 0).double(), weights.sum(1)
    hits, support, claimed = weights @ (true * chosen), weights @ true, weights @ chosen  # [R, K]
    few = weights if weights.numel() * logits.shape[1] <= LIMIT else weights[:1]
    each = {
        "support": support,
        "precision": hits / claimed.clamp(min=1),
        "recall": hits / support.clamp(min=1),
        "f1": 2 * hits / (support + claimed).clamp(min=1),
        "auroc": torch.stack([area(few, true[:, k] > 0, x) for k, x in enumerate(logits.T)], 1),
    }
    right = (true == chosen).double()  # [N, K]
    losses = F.binary_cross_entropy_with_logits(logits, true, reduction="none")
    return {
        "accuracy": weights @ right.mean(1) / total,
        "subset_accuracy": weights @ right.prod(1) / total,
        **{name: each[name].mean(1) for name in ("precision", "recall", "f1")},
        "f1_micro": 2 * hits.sum(1) / (support + claimed).sum(1).clamp(min=1),
        "f1_weighted": (each["f1"] * support).sum(1) / support.sum(1).clamp(min=1),
        "auroc": each["auroc"].nanmean(1),
        "loss": weights @ losses.mean(1) / total,
    }, each


def area(weights: Tensor, positive: Tensor, scores: Tensor) -> Tensor:
    """Return the area under the ROC curve [R] of scores [N]; NaN if a side is empty."""
    places = scores.unique(return_inverse=True)[1]  # [N]; equal scores share a place
    grid = weights.new_zeros(len(weights), int(places.max()) + 1)
    sides = (positive, ~positive)
    hits, alarms = (grid.index_add(1, places[side], weights[:, side]) for side in sides)
    below = alarms.cumsum(1) - alarms / 2  # a tie is half right
    return (hits * below).sum(1) / (hits.sum(1) * alarms.sum(1))
