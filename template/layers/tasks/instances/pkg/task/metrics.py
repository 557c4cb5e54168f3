"""Metrics of instances: the loss in training; in validation what is found, as COCO counts it."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from ..batch import Batch
from ..engine.state import Loss
from .found import match_masks
from .matching import Matches, join, match
from .precision import Precision
from .scores import measure

RULES = "ev:coco101|maxdet:100|crowd:ignore"
MASKS = f"of:mask|grid:input|{RULES}"  # pixels of the input are counted, not those of the file


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
        "box_map": True,
    }
    signatures: ClassVar[Mapping[str, str]] = {
        "loss": "loss|terms:sum",
        "map": f"ap|{MASKS}",
        "map_50": f"ap|iou:0.50|{MASKS}",
        "map_75": f"ap|iou:0.75|{MASKS}",
        "map_small": f"ap|area:small|{MASKS}",
        "map_medium": f"ap|area:medium|{MASKS}",
        "map_large": f"ap|area:large|{MASKS}",
        "mar_100": f"ar|{MASKS}",
        "f1": f"f1|avg:micro|iou:0.50|score:best|{MASKS}",
        "threshold": "score|of:f1",
        "box_map": f"ap|of:box|{RULES}",
    }

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss: Tensor = nn.Buffer(torch.zeros(()))  # summed, in training
        self.weight: Tensor = nn.Buffer(torch.zeros(()))  # of the sum
        self.num_outputs = num_outputs
        self.masks: list[Matches] = []  # of each batch of a validation, on the CPU
        self.boxes: list[Matches] = []

    def update(self, loss: Loss, batch: Batch) -> None:
        """Count a batch: its loss where it has one, otherwise what is found against the truth."""
        if loss.total is not None:
            self.loss.add_(loss.total)
            self.weight.add_(loss.weight)
            return
        truth = batch.targets
        self.masks.append(match_masks(loss.outputs, truth, batch.ids))
        self.boxes.append(match(loss.outputs.detections, truth, batch.ids))

    #: if distributed
    def join(self, other: "Metrics") -> None:
        """Take in what another process has counted."""
        self.loss += other.loss
        self.weight += other.weight
        self.masks += other.masks
        self.boxes += other.boxes

    #: endif
    def compute(self) -> dict[str, float]:
        """Return the mean loss of a training, or every metric of a validation."""
        if not self.masks:
            return {"loss": float(self.loss / self.weight)}
        masks, boxes = (
            Precision(join(matches), self.num_outputs) for matches in (self.masks, self.boxes)
        )
        return measure(masks, boxes, masks.every())

    def reset(self) -> None:
        """Start counting again."""
        self.masks.clear()
        self.boxes.clear()
        for counter in self.buffers():
            counter.zero_()
