"""Classification figures, counted on the device and read when somebody asks."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .batch import Batch

NAMES = ("loss", "accuracy", "precision", "recall", "f1")


class Metrics(nn.Module):
    """Mean loss and, from one confusion matrix, the figures of classes and their means."""

    primary = "accuracy"
    loss: Tensor  # [], summed
    weight: Tensor  # [] of the sum
    confusion: Tensor  # [true class, predicted class]

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss, self.weight = nn.Buffer(torch.zeros(())), nn.Buffer(torch.zeros(()))
        self.confusion = nn.Buffer(torch.zeros(num_outputs, num_outputs, dtype=torch.int64))

    def update(
        self, loss_sum: Tensor, weight: Tensor | float, outputs: Tensor, batch: Batch
    ) -> None:
        """Count a batch: logits [B, K] against classes [B] or shares [B, K]."""
        self.loss.add_(loss_sum)
        self.weight.add_(weight)
        targets = batch.targets
        if targets.is_floating_point():
            targets = targets.argmax(dim=1)
        cells = targets * len(self.confusion) + outputs.argmax(dim=1)  # [B]
        self.confusion.put_(cells, torch.ones_like(cells), accumulate=True)

    #: if distributed
    def join(self, other: "Metrics") -> None:
        """Take in what another process has counted."""
        self.loss += other.loss
        self.weight += other.weight
        self.confusion += other.confusion

    #: endif
    def each(self) -> dict[str, Tensor]:
        """Return figures of each class [K]; nan where there is nothing to divide by."""
        counts = self.confusion.cpu().double()
        hits, true, predicted = counts.diag(), counts.sum(1), counts.sum(0)
        f1 = 2 * hits / (true + predicted)
        return {"support": true, "precision": hits / predicted, "recall": hits / true, "f1": f1}

    def compute(self) -> dict[str, float]:
        """Return every figure; those of classes as means over all that were seen."""
        loss, each = float(self.loss / self.weight), self.each()
        accuracy = (each["recall"] * each["support"]).nansum() / each["support"].sum()
        seen = each["f1"].isfinite()  # [K]
        means = {name: float(each[name].nan_to_num()[seen].mean()) for name in NAMES[2:]}
        return {"loss": loss, "accuracy": float(accuracy), **means}

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()


def auroc(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the area under the ROC curve of each class [K], by ranks; nan if a side is empty."""
    scores = outputs.softmax(1).T.contiguous()  # [K, N]
    order, true = scores.sort(1).values, F.one_hot(targets, outputs.shape[1]).T.double()  # [K, N]
    ranks = torch.searchsorted(order, scores) + torch.searchsorted(order, scores, right=True) + 1
    count, size = true.sum(1), true.shape[1]
    return ((ranks / 2 * true).sum(1) - count * (count + 1) / 2) / (count * (size - count))
