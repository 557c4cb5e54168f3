"""RetinaNet (Lin et al., 2017), built by torchvision: one stage with anchors.

Shapes: as in published.py.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor
from torchvision.models.detection import RetinaNet

from ..engine.errors import UserError
from .anchors import make_anchors, share_of_side
from .backbone import make_backbone
from .detector import Detector, arrange
from .one_stage import OneStageDetector, Outputs, replace_classes
from .published import Objects, make_pyramid, take_published

PUBLISHED = ("retinanet_resnet50_fpn", "retinanet_resnet50_fpn_v2")
STRIDES = (8, 16, 32)  # and 64 and 128, which the pyramid adds
SIZES = (32, 64, 128, 256, 512)  # pixels of anchors on each level, for images of 800 pixels
OCTAVE = (1, 2 ** (1 / 3), 2 ** (2 / 3))  # three sizes in each


class RetinaNetDetector(OneStageDetector):
    """RetinaNet, whose losses torchvision normalizes image by image."""

    def losses_of(
        self, outputs: Outputs, objects: Objects, anchors: Tensor, counts: list[int]
    ) -> dict[str, Tensor]:
        """Return the losses [] of one image, with anchors [A, 4]."""
        losses: dict[str, Tensor] = self.detector.compute_loss([objects], outputs, [anchors])
        return losses


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
    in proportion to their shorter side, down to a quarter.

    Raises:
        UserError: the backbone is unknown, does not fit, or its weights are missing.
    """
    frozen = pretrained if freeze_batch_norm is None else freeze_batch_norm
    start = (pretrained, weights_path)
    if backbone in PUBLISHED:
        if anchor_sizes:
            raise UserError(f"model.anchor_sizes: {backbone} has its own, so say null")
        options: dict[str, Any] = {"detections_per_img": max_detections}
        body, detector = take_published(backbone, input_shape, *start, frozen, **options)
        replace_classes(detector.head.classification_head, num_outputs)
    else:
        share = share_of_side(input_shape, 1 / 4)
        sizes = anchor_sizes or [size * share for size in SIZES]
        if len(sizes) != len(SIZES):
            raise UserError(f"model.anchor_sizes: {len(SIZES)} levels, but {len(sizes)} sizes")
        body, channels = make_backbone(backbone, input_shape, STRIDES, *start)
        detector = RetinaNet(
            make_pyramid(channels, added=2),
            num_outputs,
            anchor_generator=make_anchors([[size * x for x in OCTAVE] for size in sizes]),
            detections_per_img=max_detections,
        )
    model = RetinaNetDetector(body, detector, max_detections, frozen)
    return arrange(model.train(), channels_last=True)
