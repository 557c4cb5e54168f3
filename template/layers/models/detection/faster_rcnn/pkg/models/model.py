"""Faster R-CNN (Ren et al., 2015), built by torchvision: regions first, then what is in them.

Shapes: as in published.py.
"""

from collections.abc import Sequence
from typing import Any

from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor

from ..engine.errors import UserError
from .backbone import make_backbone
from .detector import Detector, arrange
from .published import make_pyramid, take_published
from .two_stage import STRIDES, TwoStageDetector, sized_options

PUBLISHED = (
    "fasterrcnn_resnet50_fpn",
    "fasterrcnn_resnet50_fpn_v2",
    "fasterrcnn_mobilenet_v3_large_fpn",
)


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
        width = detector.roi_heads.box_predictor.cls_score.in_features
        detector.roi_heads.box_predictor = FastRCNNPredictor(width, 1 + num_outputs)
    else:
        body, channels = make_backbone(backbone, input_shape, STRIDES, *start)
        sizes = sized_options(input_shape, anchor_sizes, max_detections)
        detector = FasterRCNN(make_pyramid(channels, added=1), 1 + num_outputs, **sizes)
    model = TwoStageDetector(body, detector, max_detections, frozen)
    return arrange(model.train(), channels_last=True)
