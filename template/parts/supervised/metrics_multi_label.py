"""Multi-label metrics, counted on the device and read when somebody asks."""

import torch
from torch import Tensor, nn

from .batch import Batch

NAMES = ("loss", "accuracy", "f1")


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
