"""A detector of torchvision that looks at an image once, with a focal loss.

Shapes: as in published.py.
"""

from abc import abstractmethod
from collections.abc import Iterator
from math import log
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models.detection.image_list import ImageList

from .detector import Found
from .published import Maps, Objects, PublishedDetector

Outputs = dict[str, Tensor]  # of the head: [B, A, K] class logits, [B, A, 4] boxes, …


class OneStageDetector(PublishedDetector):
    """RetinaNet or FCOS: a head says of each anchor what is there, and where exactly."""

    def look(self, batch: ImageList, maps: Maps) -> tuple[Outputs, list[Tensor], list[int]]:
        """Return the outputs of the head, the anchors [A, 4] of each image, and A of each level."""
        levels = list(maps.values())
        outputs = {name: x.float() for name, x in self.detector.head(levels).items()}
        cells = [x.shape[2] * x.shape[3] for x in levels]
        anchors_in_cell = outputs["cls_logits"].shape[1] // sum(cells)
        counts = [number * anchors_in_cell for number in cells]
        return outputs, self.detector.anchor_generator(batch, levels), counts

    def losses(
        self, batch: ImageList, maps: Maps, objects: list[Objects], seeds: Tensor
    ) -> dict[str, Tensor]:
        """Return torchvision's losses [] of each image, which are per anchor of an object, summed.

        `seeds` are not needed: every anchor is learnt.
        """
        outputs, anchors, counts = self.look(batch, maps)
        each = []
        for i, own in enumerate(objects):
            outputs_of_one = {name: x[i : i + 1] for name, x in outputs.items()}
            each.append(self.losses_of(outputs_of_one, own, anchors[i], counts))
        return {name: torch.stack([losses[name] for losses in each]).sum() for name in each[0]}

    @abstractmethod
    def losses_of(
        self, outputs: Outputs, objects: Objects, anchors: Tensor, counts: list[int]
    ) -> dict[str, Tensor]:
        """Return torchvision's losses [] of one image, with anchors [A, 4], `counts` per level."""

    def find(self, batch: ImageList, maps: Maps) -> Iterator[Found]:
        """Yield what is found in each image, the surest first."""
        outputs, anchors, counts = self.look(batch, maps)
        of_levels = {name: list(x.split(counts, dim=1)) for name, x in outputs.items()}
        anchors_of_levels = [list(x.split(counts)) for x in anchors]
        for found in self.detector.postprocess_detections(
            of_levels, anchors_of_levels, batch.image_sizes
        ):
            yield found["boxes"], found["scores"], found["labels"]


def replace_classes(head: Any, num_classes: int) -> None:
    """Let the head of class scores begin anew in its last layer, for other classes.

    Args:
        head: Of torchvision's RetinaNet or FCOS.
        num_classes: How many classes there are, K.
    """
    last = head.cls_logits
    new = nn.Conv2d(last.in_channels, head.num_anchors * num_classes, 3, padding=1)
    nn.init.normal_(new.weight, std=0.01)
    nn.init.constant_(new.get_parameter("bias"), -log(99))  # objects are rare: 1 in 100
    head.cls_logits, head.num_classes = new, num_classes
