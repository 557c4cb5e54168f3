"""What training minimises: the losses that the model makes of boxes and masks, all together."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..batch import Batch
from ..boxes import Detections, to_file
from ..data.info import DataInfo
from ..engine.state import Loss
from ..masks import paste
from .found import Outputs
from .settings import TaskSettings


@dataclass(frozen=True)
class Objective:
    """The sum of the model's losses in training; what it finds in validation."""

    def __call__(self, model: nn.Module, batch: Batch) -> Loss:
        """Return the loss of a batch, summed, with its terms; in validation the outputs."""
        if not model.training:
            return Loss(None, float(batch.size), self.predict(model, batch))
        objects = (batch.boxes, batch.learnt, batch.seeds)
        terms, weight = model(batch.inputs, *objects, masks=batch.masks)
        total = torch.stack([term.float() for term in terms.values()]).sum()
        return Loss(total, weight, None, terms)

    def predict(self, model: nn.Module, batch: Batch) -> Outputs:
        """Return what is found, in pixels of the files; no box leaves the input."""
        found: Detections = model(batch.inputs)
        height, width = batch.inputs.shape[-2:]
        boxes = clip(found.boxes.float(), height, width)
        images = zip(found.masks, boxes, batch.masks, strict=True)
        counts = [
            count_pixels(paste(masks, own, (height, width)), there) for masks, own, there in images
        ]
        pixels, shared = (torch.stack(column) for column in zip(*counts, strict=True))
        return Outputs(
            boxes=to_file(boxes, batch.scales),
            scores=found.scores.float(),
            labels=found.labels,
            masks=found.masks,
            sizes=batch.sizes,
            pixels=pixels,
            areas=pixels / batch.scales.prod(1, keepdim=True),
            shared=shared,
        )


def count_pixels(found: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
    """Return the pixels of masks that were found, int64 [D], and those shared with others [D, M].

    Args:
        found: Masks bool [D, H, W].
        there: Those of the objects, 0 or 1, uint8 [M, H, W].
    """
    own, others = found.flatten(1), there.flatten(1).float()
    with torch.autocast(found.device.type, enabled=False):  # 16 bits would not count exactly
        shared = own.float() @ others.T
    return own.sum(1), shared.long()


def clip(boxes: Tensor, height: int, width: int) -> Tensor:
    """Return the part of boxes [B, D, 4] that is inside an image of this size."""
    x, y = boxes[..., 0::2].clamp(0, width), boxes[..., 1::2].clamp(0, height)  # two of [B, D, 2]
    return torch.stack([x, y], -1).flatten(-2)


def build_objective(settings: TaskSettings, info: DataInfo, device: torch.device) -> Objective:
    """Make the objective, for which there is nothing to know."""
    return Objective()
