"""Multi-label metrics, counted on the device and read when somebody asks."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from ..batch import Batch
from ..engine.state import Loss

Array = np.ndarray[Any, np.dtype[np.float64]]


class Metrics(nn.Module):
    """Mean loss, accuracy over single labels, and the metrics of labels; one is on from 0.5."""

    primary = "f1"
    higher_is_better: ClassVar[Mapping[str, bool]] = {
        "loss": False,
        "accuracy": True,
        "precision": True,
        "recall": True,
        "f1": True,
    }
    signatures: ClassVar[Mapping[str, str]] = {
        "loss": "binary_cross_entropy|avg:labels|unit:nats",
        "accuracy": "accuracy|avg:labels|threshold:0.5",
        "precision": "precision|avg:macro|threshold:0.5|empty:0",
        "recall": "recall|avg:macro|threshold:0.5|empty:0",
        "f1": "f1|avg:macro|threshold:0.5|empty:0",
        "auroc": "auroc|avg:macro|absent:skip",
    }
    loss: Tensor  # [], summed
    weight: Tensor  # [] of the sum
    counts: Tensor  # [4, K]: hits, false alarms, misses, correct rejections

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss, self.weight = nn.Buffer(torch.zeros(())), nn.Buffer(torch.zeros(()))
        self.counts = nn.Buffer(torch.zeros(4, num_outputs, dtype=torch.int64))

    def update(self, loss: Loss, batch: Batch) -> None:
        """Count a batch: logits [B, K] against labels [B, K] of 0 and 1."""
        self.loss.add_(loss.total)
        self.weight.add_(loss.weight)
        outputs = loss.outputs
        predicted, true = outputs > 0, batch.targets > 0.5
        cells = [predicted & true, predicted & ~true, ~predicted & true, ~(predicted | true)]
        good = outputs.isfinite().all(dim=1, keepdim=True)  # [B, 1]; the others do not count
        self.counts += torch.stack([(cell & good).sum(dim=0) for cell in cells])

    #: if distributed
    def join(self, other: "Metrics") -> None:
        """Take in what another process has counted."""
        self.loss += other.loss
        self.weight += other.weight
        self.counts += other.counts

    #: endif
    def each(self) -> dict[str, Array]:
        """Return the metrics of each label [K]; nan where there is nothing to divide by."""
        hits, alarms, misses, rejections = self.counts.cpu().numpy().astype(float)
        with np.errstate(invalid="ignore"):
            return {
                "support": hits + misses,
                "accuracy": (hits + rejections) / (hits + alarms + misses + rejections),
                "precision": hits / (hits + alarms),
                "recall": hits / (hits + misses),
                "f1": 2 * hits / (2 * hits + alarms + misses),
            }

    def compute(self) -> dict[str, float]:
        """Return every metric: the mean loss, and means over labels."""
        loss, each = float(self.loss / self.weight), self.each()
        names = ("accuracy", "precision", "recall", "f1")
        means = {name: float(np.nan_to_num(each[name]).mean()) for name in names}
        return {"loss": loss, **means}

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()


def score_all(outputs: Tensor, targets: Tensor) -> dict[str, float]:
    """Return the metrics that need the logits [N, K] of all samples at once: mean AUROC."""
    return {"auroc": float(auroc(outputs, targets).nanmean())}


def auroc(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the area under the ROC curve of each label [K], by ranks; nan if a side is empty."""
    areas = []
    for k, scores in enumerate(outputs.sigmoid().T.contiguous()):  # [N]
        order, own = scores.sort().values, scores[targets[:, k] > 0.5]
        ranks = torch.searchsorted(order, own) + torch.searchsorted(order, own, right=True) + 1
        count, rest = len(own), len(scores) - len(own)
        areas.append((ranks.sum().double() - count * (count + 1)) / (2 * count * rest))
    return torch.stack(areas)
