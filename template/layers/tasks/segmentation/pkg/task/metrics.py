"""Segmentation metrics, counted on the device and read when somebody asks.

All come from one confusion matrix of the pixels of all images, at the size that the model sees:
means of images are other numbers.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from ..batch import Batch
from ..engine.state import Loss
from ..masks import VOID, classes_of

Array = np.ndarray[Any, np.dtype[np.float64]]


class Metrics(nn.Module):
    """Mean loss and, from one confusion matrix, the metrics of classes and their means."""

    primary = "iou"
    higher_is_better: ClassVar[Mapping[str, bool]] = {
        "loss": False,
        "iou": True,
        "dice": True,
        "accuracy": True,
    }
    signatures: ClassVar[Mapping[str, str]] = {
        "loss": "cross_entropy|weights:none|ignore:255|unit:nats",
        "iou": "miou|agg:dataset|ignore:255|absent:skip",
        "dice": "dice|avg:macro|agg:dataset|ignore:255|absent:skip",
        "accuracy": "accuracy|avg:pixels|agg:dataset|ignore:255",
    }

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss: Tensor = nn.Buffer(torch.zeros(()))  # summed
        self.weight: Tensor = nn.Buffer(torch.zeros(()))  # of the sum
        counts = torch.zeros(num_outputs, num_outputs, dtype=torch.int64)
        self.confusion: Tensor = nn.Buffer(counts)  # pixels [true class, predicted class]

    def update(self, loss: Loss, batch: Batch) -> None:
        """Count a batch: logits [B, K, H, W] against masks [B, H, W]."""
        self.loss.add_(loss.total)
        self.weight.add_(loss.weight)
        classes = classes_of(loss.outputs)
        self.confusion += confusion_of(classes, batch.masks, len(self.confusion))

    #: if distributed
    def join(self, other: "Metrics") -> None:
        """Take in what another process has counted."""
        self.loss += other.loss
        self.weight += other.weight
        self.confusion += other.confusion

    #: endif
    def each(self) -> dict[str, Array]:
        """Return the metrics of each class [K]; nan for one that is nowhere."""
        return score_classes(self.confusion.cpu().numpy().astype(float))

    def compute(self) -> dict[str, float]:
        """Return every metric; those of classes as means over all that occur."""
        counts = self.confusion.cpu().numpy().astype(float)
        return {"loss": float(self.loss / self.weight), **score_all(counts)}

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()


def confusion_of(classes: Tensor, masks: Tensor, num_outputs: int) -> Tensor:
    """Return how many pixels of each class are predicted as which, int64 [K, K].

    Args:
        classes: The predicted class of each pixel, [...]; those that are void do not count.
        masks: The true class of each pixel, uint8 [...]; those that are void do not count.
        num_outputs: Number of classes, K.
    """
    counted = (masks != VOID) & (classes != VOID)
    cells = torch.where(counted, masks.int() * num_outputs + classes, 0)  # 32 bits are quicker
    counts = torch.zeros(num_outputs, num_outputs, dtype=torch.int64, device=masks.device)
    return counts.put_(cells.long(), counted.long(), accumulate=True)


def score_classes(counts: Array) -> dict[str, Array]:
    """Return the metrics of each class [K] of a confusion matrix [K, K]; nan for absent ones."""
    hits, true, predicted = counts.diagonal(), counts.sum(1), counts.sum(0)
    with np.errstate(invalid="ignore"):
        iou, dice = hits / (true + predicted - hits), 2 * hits / (true + predicted)
    return {"pixels": true, "iou": iou, "dice": dice}


def score_all(counts: Array) -> dict[str, float]:
    """Return the metrics of a confusion matrix [K, K]; nan where nothing was counted."""
    each = score_classes(counts)
    there = np.isfinite(each["iou"])  # in the masks, or predicted
    with np.errstate(invalid="ignore"):
        metrics = {name: float(each[name][there].sum() / there.sum()) for name in ("iou", "dice")}
        return metrics | {"accuracy": float(counts.diagonal().sum() / counts.sum())}
