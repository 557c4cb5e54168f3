"""FCOS (Tian et al., 2019), built by torchvision: one stage, in which points find objects.

Shapes: as in published.py; an anchor is a point here.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor
from torchvision.models.detection import FCOS

from .backbone import make_backbone
from .detector import MIN_SCORE, Detector, arrange
from .one_stage import OneStageDetector, Outputs, replace_classes
from .published import Objects, make_pyramid, take_published

PUBLISHED = ("fcos_resnet50_fpn",)
STRIDES = (8, 16, 32)  # and 64 and 128, which the pyramid adds


class FCOSDetector(OneStageDetector):
    """FCOS, whose losses torchvision averages over the points of objects: here of each image."""

    def losses_of(
        self, outputs: Outputs, objects: Objects, anchors: Tensor, counts: list[int]
    ) -> dict[str, Tensor]:
        """Return the losses [] of one image, with anchors [A, 4], `counts` of them per level."""
        losses: dict[str, Tensor] = self.detector.compute_loss(
            [objects], outputs, [anchors], counts
        )
        return losses


def build_model(
    input_shape: Sequence[int],
    num_outputs: int,
    *,
    backbone: str,
    pretrained: bool = False,
    weights_path: str | None = None,
    freeze_batch_norm: bool | None = None,
    max_detections: int = 100,
) -> Detector:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings.

    Raises:
        UserError: the backbone is unknown, does not fit, or its weights are missing.
    """
    frozen = pretrained if freeze_batch_norm is None else freeze_batch_norm
    start = (pretrained, weights_path)
    # torchvision drops scores below 0.2, which costs average precision.
    options: dict[str, Any] = {"detections_per_img": max_detections, "score_thresh": MIN_SCORE}
    if backbone in PUBLISHED:
        body, detector = take_published(backbone, input_shape, *start, frozen, **options)
        replace_classes(detector.head.classification_head, num_outputs)
    else:
        body, channels = make_backbone(backbone, input_shape, STRIDES, *start)
        pyramid = make_pyramid(channels, added=2)
        detector = FCOS(pyramid, num_outputs, **options)
    model = FCOSDetector(body, detector, max_detections, frozen)
    return arrange(model.train(), channels_last=True)
