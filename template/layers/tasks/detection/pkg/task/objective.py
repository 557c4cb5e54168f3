"""What training minimises: the losses that the model makes of its boxes, all together."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..batch import Batch
from ..boxes import Detections, to_file
from ..data.info import DataInfo
from ..engine.state import Loss
from .settings import TaskSettings


@dataclass(frozen=True)
class Objective:
    """The sum of the model's losses in training; what it finds in validation."""

    def __call__(self, model: nn.Module, batch: Batch) -> Loss:
        """Return the loss of a batch, summed, with its terms; in validation the detections."""
        if not model.training:
            return Loss(None, float(batch.size), self.predict(model, batch))
        terms, weight = model(batch.inputs, batch.boxes, batch.learnt, batch.seeds)
        total = torch.stack([term.float() for term in terms.values()]).sum()
        return Loss(total, weight, None, terms)

    def predict(self, model: nn.Module, batch: Batch) -> Detections:
        """Return what is found, in pixels of the files; no box leaves the input."""
        found: Detections = model(batch.inputs)
        boxes = clip(found.boxes.float(), *batch.inputs.shape[-2:])
        return found._replace(boxes=to_file(boxes, batch.scales), scores=found.scores.float())


def clip(boxes: Tensor, height: int, width: int) -> Tensor:
    """Return the part of boxes [B, D, 4] that is inside an image of this size."""
    x, y = boxes[..., 0::2].clamp(0, width), boxes[..., 1::2].clamp(0, height)  # two of [B, D, 2]
    return torch.stack([x, y], -1).flatten(-2)


def build_objective(settings: TaskSettings, info: DataInfo, device: torch.device) -> Objective:
    """Make the objective, for which there is nothing to know."""
    return Objective()
