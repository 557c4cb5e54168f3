"""Detection metrics: the loss in training; in validation what is found, as COCO counts it."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from ..batch import Batch
from ..engine.state import Loss
from .matching import Matches, join, match
from .precision import Precision

RULES = "ev:coco101|maxdet:100|crowd:ignore"


class Metrics(nn.Module):
    """Mean loss in training; average precision and recall, and the best F1, in validation."""

    primary = "map"
    higher_is_better: ClassVar[Mapping[str, bool]] = {  # of what a validation measures
        "map": True,
        "map_50": True,
        "map_75": True,
        "map_small": True,
        "map_medium": True,
        "map_large": True,
        "mar_100": True,
        "f1": True,
    }
    signatures: ClassVar[Mapping[str, str]] = {
        "loss": "loss|terms:sum",
        "map": f"ap|{RULES}",
        "map_50": f"ap|iou:0.50|{RULES}",
        "map_75": f"ap|iou:0.75|{RULES}",
        "map_small": f"ap|area:small|{RULES}",
        "map_medium": f"ap|area:medium|{RULES}",
        "map_large": f"ap|area:large|{RULES}",
        "mar_100": f"ar|{RULES}",
        "f1": f"f1|avg:micro|iou:0.50|score:best|{RULES}",
        "threshold": "score|of:f1",
    }

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss: Tensor = nn.Buffer(torch.zeros(()))  # summed, in training
        self.weight: Tensor = nn.Buffer(torch.zeros(()))  # of the sum
        self.num_outputs = num_outputs
        self.matches: list[Matches] = []  # of each batch of a validation, on the CPU

    def update(self, loss: Loss, batch: Batch) -> None:
        """Count a batch: its loss where it has one, otherwise detections against the truth."""
        if loss.total is not None:
            self.loss.add_(loss.total)
            self.weight.add_(loss.weight)
            return
        self.matches.append(match(loss.outputs, batch.targets, batch.ids))

    #: if distributed
    def join(self, other: "Metrics") -> None:
        """Take in what another process has counted."""
        self.loss += other.loss
        self.weight += other.weight
        self.matches += other.matches

    #: endif
    def compute(self) -> dict[str, float]:
        """Return the mean loss of a training, or every metric of a validation."""
        if not self.matches:
            return {"loss": float(self.loss / self.weight)}
        precision = Precision(join(self.matches), self.num_outputs)
        return precision.metrics(precision.every())

    def reset(self) -> None:
        """Start counting again."""
        self.matches.clear()
        for counter in self.buffers():
            counter.zero_()
