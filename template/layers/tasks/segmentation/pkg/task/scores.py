"""What images score by every metric: all of them, and draws of them for intervals."""

import torch
from torch import Tensor

from ..masks import Segmentation
from .metrics import confusion_of, score_all, score_classes
from .objective import Objective


class Scores:
    """The metrics of any of N images, from the confusion matrix of each: those add up.

    There is no loss among them: it needs the logits, which nobody keeps for a whole split.
    """

    def __init__(
        self, outputs: Segmentation, targets: Tensor, objective: Objective, num_outputs: int
    ) -> None:
        """Take the classes that a model gives to pixels, and the masks, uint8 [N, H, W]."""
        pairs = zip(outputs.classes, targets, strict=True)
        each = [confusion_of(classes, mask, num_outputs) for classes, mask in pairs]
        self.confusions = torch.stack(each).double()  # [N, K, K]
        self.count, self.work = len(targets), self.confusions.numel()  # numbers a call looks at
        self.total = self.confusions.sum(0).numpy()

    def __call__(self, ids: Tensor) -> dict[str, float]:
        """Return every metric of the images of these numbers, int64 [N]."""
        often = ids.bincount(minlength=self.count).double()  # that each was drawn
        self.total = torch.tensordot(often, self.confusions, 1).numpy()
        return score_all(self.total)

    def each(self) -> list[dict[str, float]]:
        """Return the metrics of each class, of the images that were scored last."""
        columns = score_classes(self.total)
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in rows]
