"""Faster R-CNN (Ren et al., 2015), built by torchvision: regions first, then what is in them.

Shapes: as in published.py; R regions of an image.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.roi_heads import fastrcnn_loss
from torchvision.models.detection.rpn import concat_box_prediction_layers

from ..engine.errors import UserError
from .backbone import make_backbone
from .detector import Detector, Found, arrange
from .published import (
    Maps,
    Objects,
    PublishedDetector,
    make_anchors,
    make_pyramid,
    share_of_side,
    take_published,
)
from .sampling import Sampler

PUBLISHED = (
    "fasterrcnn_resnet50_fpn",
    "fasterrcnn_resnet50_fpn_v2",
    "fasterrcnn_mobilenet_v3_large_fpn",
)
STRIDES = (4, 8, 16, 32)  # and 64, which the pyramid adds
SIZES = (32, 64, 128, 256, 512)  # pixels of anchors on each level, for images of 800 pixels


class FasterRCNNDetector(PublishedDetector):
    """Faster R-CNN; its losses are means over the anchors and regions drawn in each image."""

    def __init__(self, backbone: nn.Module, detector: Any, *options: Any) -> None:
        super().__init__(backbone, detector, *options)
        for use, part in (("anchors", detector.rpn), ("regions", detector.roi_heads)):
            old = part.fg_bg_sampler
            part.fg_bg_sampler = Sampler(use, old.batch_size_per_image, old.positive_fraction)

    def losses(
        self, batch: ImageList, maps: Maps, objects: list[Objects], seeds: Tensor
    ) -> dict[str, Tensor]:
        """Return torchvision's losses [] of each image, summed; background is class 0 there."""
        rpn, heads = self.detector.rpn, self.detector.roi_heads
        objects = [own | {"labels": own["labels"] + 1} for own in objects]
        regions, logits, offsets, anchors = self.propose(batch, maps)
        labels, boxes = rpn.assign_targets_to_anchors(anchors, objects)
        goals = rpn.box_coder.encode(boxes, anchors)
        first = []
        for i in range(len(objects)):
            rpn.fg_bg_sampler.seeds = seeds[i : i + 1]
            first.append(rpn.compute_loss(logits[i], offsets[i], [labels[i]], [goals[i]]))

        heads.fg_bg_sampler.seeds = seeds
        regions, _, labels, goals = heads.select_training_samples(regions, objects)
        logits_of, offsets_of = self.classify(batch, maps, regions)
        found = zip(logits_of, offsets_of, labels, goals, strict=True)
        second = [fastrcnn_loss(x, moved, [classes], [goal]) for x, moved, classes, goal in found]
        names = ("objectness_loss", "region_loss", "class_loss", "box_loss")
        columns = [*zip(*first, strict=True), *zip(*second, strict=True)]
        return {name: torch.stack(x).sum() for name, x in zip(names, columns, strict=True)}

    def find(self, batch: ImageList, maps: Maps) -> Iterator[Found]:
        """Yield what is found in each image, the surest first."""
        heads, regions = self.detector.roi_heads, self.propose(batch, maps)[0]
        logits, offsets = (torch.cat(x) for x in self.classify(batch, maps, regions))
        found = heads.postprocess_detections(logits, offsets, regions, batch.image_sizes)
        for boxes, scores, labels in zip(*found, strict=True):
            yield boxes, scores, labels - 1

    def propose(
        self, batch: ImageList, maps: Maps
    ) -> tuple[list[Tensor], Tensor, Tensor, list[Tensor]]:
        """Return the regions [R, 4] of each image that may hold an object, and what they came from.

        That is logits [B, A] and offsets [B, A, 4] of the anchors [A, 4] of each image.
        """
        rpn, levels = self.detector.rpn, list(maps.values())
        outputs = rpn.head(levels)
        counts = [x[0].numel() for x in outputs[0]]
        anchors = rpn.anchor_generator(batch, levels)
        logits, offsets = (x.float() for x in concat_box_prediction_layers(*outputs))
        boxes = rpn.box_coder.decode(offsets.detach(), anchors).view(len(anchors), -1, 4)
        logits = logits.view(len(anchors), -1)
        regions, _ = rpn.filter_proposals(boxes, logits, batch.image_sizes, counts)
        return regions, logits, offsets.view_as(boxes), anchors

    def classify(
        self, batch: ImageList, maps: Maps, regions: list[Tensor]
    ) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """Return of each image: logits [R, 1 + K], and offsets [R, 4 (1 + K)] for each class."""
        heads, counts = self.detector.roi_heads, [len(x) for x in regions]
        pooled = heads.box_roi_pool(maps, regions, batch.image_sizes)
        logits, offsets = heads.box_predictor(heads.box_head(pooled))
        return logits.float().split(counts), offsets.float().split(counts)


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

    Without `anchor_sizes`, anchors are of 32 to 512 pixels in images of 800 pixels, and smaller
    in proportion to their shorter side, down to a quarter; regions are fewer, down to an eighth.

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
        width = detector.roi_heads.box_predictor.cls_score.in_features
        detector.roi_heads.box_predictor = FastRCNNPredictor(width, 1 + num_outputs)
    else:
        body, channels = make_backbone(backbone, input_shape, STRIDES, *start)
        detector = assemble(channels, input_shape, num_outputs, anchor_sizes, max_detections)
    model = FasterRCNNDetector(body, detector, max_detections, frozen)
    return arrange(model.train(), channels_last=True)


def assemble(
    channels: list[int],
    input_shape: Sequence[int],
    num_outputs: int,
    anchor_sizes: list[float] | None,
    max_detections: int,
) -> FasterRCNN:
    """Make the detector over feature maps with `channels`, of a size that suits the images.

    Raises:
        UserError: `model.anchor_sizes` are not as many as there are levels.
    """
    sizes = anchor_sizes or [size * share_of_side(input_shape, 1 / 4) for size in SIZES]
    if len(sizes) != len(SIZES):
        raise UserError(f"model.anchor_sizes: {len(SIZES)} levels, but {len(sizes)} sizes")
    share = share_of_side(input_shape, 1 / 8)
    return FasterRCNN(
        make_pyramid(channels, added=1),
        1 + num_outputs,
        rpn_anchor_generator=make_anchors([[size] for size in sizes]),
        rpn_post_nms_top_n_train=int(2000 * share),
        rpn_post_nms_top_n_test=int(1000 * share),
        box_batch_size_per_image=int(512 * share),
        box_detections_per_img=max_detections,
    )
