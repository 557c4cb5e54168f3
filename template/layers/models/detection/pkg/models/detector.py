"""What all detectors share: their weights, and the form of what they find.

Shapes: B images, D detections of each.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from ..boxes import Detections, pad

MIN_SCORE = 0.05  # detections below it are noise, which only takes time
Found = tuple[Tensor, ...]  # in an image: boxes [N, 4], scores [N], labels [N], more of objects
Losses = tuple[dict[str, Tensor], Tensor]  # terms, each [] and summed over images; their number []


class Detector(nn.Module):
    """A network that finds objects.

    In training it maps images [B, C, H, W], boxes [B, M, 4], labels [B, M] and seeds [B] to
    `Losses`; otherwise images to `Detections`. Boxes are x1, y1, x2, y2 in pixels of the images;
    labels are classes from 0, or -1 for none.
    """

    layout: str  # of images in memory, and why
    backbone: nn.Module

    def get_num_parameters(self) -> int:
        """Count the weights."""
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        """Train what follows the backbone, on features that stay as they are."""
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        """Train every weight."""
        self.backbone.requires_grad_(True)

    def train(self, mode: bool = True) -> "Detector":
        """Set the mode; a frozen backbone keeps its batch statistics too."""
        super().train(mode)
        if not any(weight.requires_grad for weight in self.backbone.parameters()):
            self.backbone.eval()
        return self

    def compile(self, *args: Any, **options: Any) -> None:
        """Compile the backbone alone: what follows it has other shapes for every image."""
        self.backbone.compile(*args, **options)


def arrange(model: Detector, channels_last: bool) -> Detector:
    """Lay weights out in memory as convolutions are fastest: a pixel's channels together or not."""
    order = "last" if channels_last or torch.cuda.is_available() else "first"
    model.layout = f"channels {order}: convolutions are faster so here"
    return model.to(memory_format=torch.channels_last) if order == "last" else model


def to_detections(found: Iterable[Found], count: int) -> Detections:
    """Return what was found in each image, the surest first, padded or cut to `count` = D."""
    columns = zip(*found, strict=True)
    fields = zip(columns, (0, 0, -1, 0), strict=False)  # boxes, scores, labels, and what is more
    return Detections(*(torch.stack([pad(x, count, none) for x in xs]) for xs, none in fields))
