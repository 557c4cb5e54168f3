"""Multi-label figures, counted on the device and read when somebody asks."""

import torch
from torch import Tensor, nn

from ..batch import Batch

NAMES = ("loss", "accuracy", "precision", "recall", "f1")


class Metrics(nn.Module):
    """Mean loss, accuracy over single labels, and the figures of labels; one is on from 0.5."""

    primary = "accuracy"
    loss: Tensor  # [], summed
    weight: Tensor  # [] of the sum
    counts: Tensor  # [4, K]: hits, false alarms, misses, correct rejections

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss, self.weight = nn.Buffer(torch.zeros(())), nn.Buffer(torch.zeros(()))
        self.counts = nn.Buffer(torch.zeros(4, num_outputs, dtype=torch.int64))

    def update(
        self, loss_sum: Tensor, weight: Tensor | float, outputs: Tensor, batch: Batch
    ) -> None:
        """Count a batch: logits [B, K] against labels [B, K] of 0 and 1."""
        self.loss.add_(loss_sum)
        self.weight.add_(weight)
        predicted, true = outputs > 0, batch.targets > 0.5
        cells = [predicted & true, predicted & ~true, ~predicted & true, ~(predicted | true)]
        good = outputs.isfinite().all(dim=1, keepdim=True)  # [B, 1]; others do not count
        self.counts += torch.stack([(cell & good).sum(dim=0) for cell in cells])

    #: if distributed
    def join(self, other: "Metrics") -> None:
        """Take in what another process has counted."""
        self.loss += other.loss
        self.weight += other.weight
        self.counts += other.counts

    #: endif
    def each(self) -> dict[str, Tensor]:
        """Return figures of each label [K]; nan where there is nothing to divide by."""
        hits, alarms, misses, rejections = self.counts.cpu().double()
        return {
            "support": hits + misses,
            "accuracy": (hits + rejections) / (hits + alarms + misses + rejections),
            "precision": hits / (hits + alarms),
            "recall": hits / (hits + misses),
            "f1": 2 * hits / (2 * hits + alarms + misses),
        }

    def compute(self) -> dict[str, float]:
        """Return every figure: the mean loss, and means over labels."""
        loss, each = float(self.loss / self.weight), self.each()
        means = {name: float(each[name].nan_to_num().mean()) for name in NAMES[1:]}
        return {"loss": loss, **means}

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()


def auroc(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the area under the ROC curve of each label [K], by ranks; nan if a side is empty."""
    areas = []
    for k, scores in enumerate(outputs.sigmoid().T.contiguous()):  # [N]
        order, own = scores.sort().values, scores[targets[:, k] > 0.5]
        ranks = torch.searchsorted(order, own) + torch.searchsorted(order, own, right=True) + 1
        count, rest = len(own), len(scores) - len(own)
        areas.append((ranks.sum().double() - count * (count + 1)) / (2 * count * rest))
    return torch.stack(areas)
