"""Classification figures, counted on the device and read when somebody asks."""

import torch
from torch import Tensor, nn

from ..batch import Batch

NAMES = ("loss", "accuracy", "precision", "recall", "f1")


class Metrics(nn.Module):
    """Mean loss and, from one confusion matrix, the figures of classes and their means."""

    primary = "accuracy"

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss: Tensor = nn.Buffer(torch.zeros(()))  # summed
        self.weight: Tensor = nn.Buffer(torch.zeros(()))  # of the sum
        counts = torch.zeros(num_outputs, num_outputs, dtype=torch.int64)
        self.confusion: Tensor = nn.Buffer(counts)  # [true class, predicted class]

    def update(
        self, loss_sum: Tensor, weight: Tensor | float, outputs: Tensor, batch: Batch
    ) -> None:
        """Count a batch: logits [B, K] against classes [B]."""
        self.loss.add_(loss_sum)
        self.weight.add_(weight)
        targets, good = batch.targets, outputs.isfinite().all(dim=1)  # others do not count
        #: if "mixup" in augmentation or "cutmix" in augmentation
        if targets.is_floating_point():  # shares [B, K]
            targets = targets.argmax(dim=1)
        #: endif
        cells = targets * len(self.confusion) + outputs.argmax(dim=1)  # [B]
        self.confusion.put_(cells, good.long(), accumulate=True)

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
    areas = []
    for k, scores in enumerate(outputs.softmax(1).T.contiguous()):  # [N]
        order, own = scores.sort().values, scores[targets == k]
        ranks = torch.searchsorted(order, own) + torch.searchsorted(order, own, right=True) + 1
        count, rest = len(own), len(scores) - len(own)
        areas.append((ranks.sum().double() - count * (count + 1)) / (2 * count * rest))
    return torch.stack(areas)
