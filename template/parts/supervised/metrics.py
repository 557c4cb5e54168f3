"""Classification metrics, counted on the device and read when somebody asks."""

import torch
from torch import Tensor, nn

from .batch import Batch

NAMES = ("loss", "accuracy", "f1")


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
