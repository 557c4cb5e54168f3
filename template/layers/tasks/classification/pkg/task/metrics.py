"""Classification metrics, counted on the device and read when somebody asks."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from ..batch import Batch
from ..engine.state import Loss

Array = np.ndarray[Any, np.dtype[np.float64]]


class Metrics(nn.Module):
    """Mean loss and, from one confusion matrix, the metrics of classes and their means."""

    primary = "accuracy"
    higher_is_better: ClassVar[Mapping[str, bool]] = {
        "loss": False,
        "accuracy": True,
        "precision": True,
        "recall": True,
        "f1": True,
    }
    signatures: ClassVar[Mapping[str, str]] = {
        "loss": "cross_entropy|weights:none|smoothing:none|unit:nats",
        "accuracy": "accuracy|avg:micro",
        "precision": "precision|avg:macro|absent:skip|empty:0",
        "recall": "recall|avg:macro|absent:skip|empty:0",
        "f1": "f1|avg:macro|absent:skip",
        "auroc": "auroc|avg:macro|one:rest|absent:skip",
    }

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss: Tensor = nn.Buffer(torch.zeros(()))  # summed
        self.weight: Tensor = nn.Buffer(torch.zeros(()))  # of the sum
        counts = torch.zeros(num_outputs, num_outputs, dtype=torch.int64)
        self.confusion: Tensor = nn.Buffer(counts)  # [true class, predicted class]

    def update(self, loss: Loss, batch: Batch) -> None:
        """Count a batch: logits [B, K] against classes [B]."""
        self.loss.add_(loss.total)
        self.weight.add_(loss.weight)
        scores, predicted = loss.outputs.max(dim=1)  # two of [B]
        targets, good = batch.targets, scores.abs() < torch.inf  # the others do not count
        #: if mixes
        if targets.is_floating_point():  # probabilities [B, K]
            targets = targets.argmax(dim=1)
        #: endif
        cells = torch.add(predicted, targets, alpha=len(self.confusion))  # [B]
        self.confusion.put_(cells, good.long(), accumulate=True)

    #: if distributed
    def join(self, other: "Metrics") -> None:
        """Take in what another process has counted."""
        self.loss += other.loss
        self.weight += other.weight
        self.confusion += other.confusion

    #: endif
    def each(self) -> dict[str, Array]:
        """Return the metrics of each class [K]; nan where there is nothing to divide by."""
        counts = self.confusion.cpu().numpy().astype(float)
        hits, true, predicted = counts.diagonal(), counts.sum(1), counts.sum(0)
        with np.errstate(invalid="ignore"):
            f1 = 2 * hits / (true + predicted)
            return {"support": true, "precision": hits / predicted, "recall": hits / true, "f1": f1}

    def compute(self) -> dict[str, float]:
        """Return every metric; those of classes as means over all that were seen."""
        loss, each = float(self.loss / self.weight), self.each()
        seen = np.isfinite(each["f1"])  # [K]
        hits = np.nansum(each["recall"] * each["support"])
        with np.errstate(invalid="ignore"):  # nan where nothing was seen
            metrics = {"loss": loss, "accuracy": float(hits / each["support"].sum())}
            for name in ("precision", "recall", "f1"):
                metrics[name] = float(np.nan_to_num(each[name])[seen].sum() / seen.sum())
        return metrics

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()


def score_all(outputs: Tensor, targets: Tensor) -> dict[str, float]:
    """Return the metrics that need the logits [N, K] of all samples at once: mean AUROC."""
    return {"auroc": float(auroc(outputs, targets).nanmean())}


def auroc(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the area under the ROC curve of each class [K], by ranks; nan if a side is empty."""
    areas = []
    for k, scores in enumerate(outputs.softmax(1).T.contiguous()):  # [N]
        order, own = scores.sort().values, scores[targets == k]
        ranks = torch.searchsorted(order, own) + torch.searchsorted(order, own, right=True) + 1
        count, rest = len(own), len(scores) - len(own)
        areas.append((ranks.sum().double() - count * (count + 1)) / (2 * count * rest))
    return torch.stack(areas)
