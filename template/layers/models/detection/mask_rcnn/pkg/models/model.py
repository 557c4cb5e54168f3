"""Mask R-CNN (He et al., 2017), built by torchvision: Faster R-CNN with a mask in each box.

Shapes: as in published.py; R regions of an image, S x S cells of a mask.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.mask_rcnn import MaskRCNNPredictor
from torchvision.models.detection.roi_heads import maskrcnn_loss

from ..engine.errors import UserError
from .backbone import make_backbone
from .detector import Detector, Found, arrange
from .published import WIDTH, Maps, Objects, make_pyramid, take_published
from .two_stage import STRIDES, Chosen, TwoStageDetector, sized_options

PUBLISHED = ("maskrcnn_resnet50_fpn", "maskrcnn_resnet50_fpn_v2")


class MaskRCNNDetector(TwoStageDetector):
    """Mask R-CNN; in training it is given masks [B, M, H, W], 1 where an object is."""

    def losses_in_regions(
        self, batch: ImageList, maps: Maps, objects: list[Objects], chosen: Chosen
    ) -> dict[str, list[Tensor]]:
        """Return torchvision's losses of what is in the regions: one [] for each image."""
        kept = [labels > 0 for labels in chosen.labels]  # regions with an object
        regions, matched = (
            [x[there] for x, there in zip(column, kept, strict=True)] for column in chosen[:2]
        )
        logits = self.draw(batch, maps, regions)  # of each image
        losses = [
            maskrcnn_loss(drawn, [boxes], [own["masks"]], [own["labels"]], [numbers])
            for drawn, boxes, own, numbers in zip(logits, regions, objects, matched, strict=True)
        ]
        return super().losses_in_regions(batch, maps, objects, chosen) | {"mask_loss": losses}

    def find(self, batch: ImageList, maps: Maps) -> Iterator[Found]:
        """Yield what is found in each image, the surest first, with masks uint8 [N, S, S]."""
        found = [*super().find(batch, maps)]
        drawn = self.draw(batch, maps, [boxes for boxes, _, _ in found])
        for (boxes, scores, labels), logits in zip(found, drawn, strict=True):
            rows = torch.arange(len(labels), device=labels.device)
            masks = logits[rows, labels + 1].sigmoid() * 255
            yield boxes, scores, labels, masks.round().to(torch.uint8)

    def draw(self, batch: ImageList, maps: Maps, boxes: list[Tensor]) -> tuple[Tensor, ...]:
        """Return of each image logits [R, 1 + K, S, S] of masks in its boxes [R, 4]."""
        heads = self.detector.roi_heads
        pooled = heads.mask_roi_pool(maps, boxes, batch.image_sizes)
        logits = heads.mask_predictor(heads.mask_head(pooled)).float()
        parts: tuple[Tensor, ...] = logits.split([len(each) for each in boxes])
        return parts


def build_model(
    input_shape: Sequence[int],
    num_outputs: int,
    *,
    backbone: str,
    pretrained: bool = False,
    weights_path: str | None = None,
    freeze_batch_norm: bool | None = None,
    anchor_sizes: list[float] | None = None,
    max_detections: int = 100,
) -> Detector:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings.

    Anchors and regions are as in `sized_options`.

    Raises:
        UserError: the backbone is unknown, does not fit, or its weights are missing.
    """
    frozen = pretrained if freeze_batch_norm is None else freeze_batch_norm
    start = (pretrained, weights_path)
    if backbone in PUBLISHED:
        if anchor_sizes:
            raise UserError(f"model.anchor_sizes: {backbone} has its own, so say null")
        options: dict[str, Any] = {"box_detections_per_img": max_detections}
        body, detector = take_published(backbone, input_shape, *start, frozen, **options)
        heads = detector.roi_heads
        width = heads.box_predictor.cls_score.in_features
        heads.box_predictor = FastRCNNPredictor(width, 1 + num_outputs)
        heads.mask_predictor = MaskRCNNPredictor(WIDTH, WIDTH, 1 + num_outputs)
    else:
        body, channels = make_backbone(backbone, input_shape, STRIDES, *start)
        sizes = sized_options(input_shape, anchor_sizes, max_detections)
        detector = MaskRCNN(make_pyramid(channels, added=1), 1 + num_outputs, **sizes)
    model = MaskRCNNDetector(body, detector, max_detections, frozen)
    return arrange(model.train(), channels_last=True)
