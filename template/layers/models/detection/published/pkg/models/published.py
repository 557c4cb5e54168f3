"""A detector of torchvision, as it is trained here.

torchvision resizes and normalizes images itself, and averages its losses over a batch. Here images
are ready when they come, and losses are sums over images, each of them normalized by itself: so a
batch has the same losses in one part or in many.

Shapes, here and where this is used:
    B  images in the batch       A  anchors in an image
    C, H, W  of an image         K  classes
    M  objects in an image       N  whatever is found in an image
    D  channels of the pyramid
"""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.detection.image_list import ImageList
from torchvision.ops import FeaturePyramidNetwork
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool, LastLevelP6P7

from ..boxes import Detections
from .detector import Detector, Found, Losses, to_detections
from .refusals import refusals
from .torchvision_weights import LIBRARY, adapt_channels, load_weights

Maps = dict[str, Tensor]  # feature maps [B, D, H/stride, W/stride], the finest first
Objects = dict[str, Tensor]  # in an image: "boxes" [M, 4], "labels" [M], and what more there is
WIDTH = 256  # channels D of a published pyramid, and of the heads on it
WITHOUT_EPSILON = (  # as they were trained
    *("fasterrcnn_resnet50_fpn", "maskrcnn_resnet50_fpn", "retinanet_resnet50_fpn"),
)


class PublishedDetector(Detector):
    """A backbone, and torchvision's detector with a pyramid where that has its backbone."""

    def __init__(
        self, backbone: nn.Module, detector: Any, max_detections: int, freeze_batch_norm: bool
    ) -> None:
        super().__init__()
        self.backbone, self.detector, self.max_detections = backbone, detector, max_detections
        # Statistics of the few images of a batch are worse than those that were pretrained.
        self.freeze_batch_norm = freeze_batch_norm
        self.unfreeze_backbone()

    def frozen_norms(self) -> list[nn.Module]:
        """Return the norms that neither learn nor follow the statistics of batches."""
        norms = nn.modules.batchnorm._BatchNorm
        frozen = self.backbone.modules() if self.freeze_batch_norm else []
        return [module for module in frozen if isinstance(module, norms)]

    def unfreeze_backbone(self) -> None:
        """Train every weight but those of frozen norms."""
        super().unfreeze_backbone()
        for norm in self.frozen_norms():
            norm.requires_grad_(False)

    def train(self, mode: bool = True) -> "PublishedDetector":
        """Set the mode, but for what is frozen."""
        super().train(mode)
        for norm in self.frozen_norms():
            norm.eval()
        return self

    def forward(
        self,
        images: Tensor,
        boxes: Tensor | None = None,
        labels: Tensor | None = None,
        seeds: Tensor | None = None,
        **more: Tensor,
    ) -> Losses | Detections:
        """Map images and objects to losses in training, or images to what is found: `Detector`.

        `more` is what else a model learns of objects, [B, M, ...], such as masks.
        """
        height, width = images.shape[2:]
        padded = F.pad(images, (0, -width % 32, 0, -height % 32))  # or strides would be others
        maps = self.detector.backbone(self.backbone(padded))
        maps = {name: x.float() for name, x in maps.items()}  # boxes need 32 bits
        batch = ImageList(padded, [(height, width)] * len(images))
        if boxes is None or labels is None or seeds is None:
            return to_detections(self.find(batch, maps), self.max_detections)
        terms = self.losses(batch, maps, objects_of(boxes, labels, **more), seeds)
        return terms, images.new_full((), len(images))

    @abstractmethod
    def losses(
        self, batch: ImageList, maps: Maps, objects: list[Objects], seeds: Tensor
    ) -> dict[str, Tensor]:
        """Return the losses [], each summed over images."""

    @abstractmethod
    def find(self, batch: ImageList, maps: Maps) -> Iterable[Found]:
        """Return what is found in each image, the surest first."""


def objects_of(boxes: Tensor, labels: Tensor, **more: Tensor) -> list[Objects]:
    """Return the objects of each image, from boxes [B, M, 4] and labels [B, M] with -1 for none."""
    kept = (labels >= 0) & (boxes[..., 2:] > boxes[..., :2]).all(dim=2)
    counts = kept.sum(dim=1).tolist()  # waits for the device, once for the batch
    columns = {"boxes": boxes, "labels": labels, **more}
    parts = {name: values[kept].split(counts) for name, values in columns.items()}
    return [{name: values[i] for name, values in parts.items()} for i in range(len(counts))]


def make_pyramid(channels: list[int], added: int) -> nn.Module:
    """Make a pyramid over feature maps with `channels`; each of those added is half as large.

    One is subsampled, as in Faster R-CNN; two are learnt, as in RetinaNet. It is as wide as those
    for a ResNet-50, and narrower in proportion on a smaller backbone: most of the time goes there.
    """
    width = min(WIDTH, max(2, round(channels[-1] / 4 / 32)) * 32)  # norms have groups of 32
    coarser = LastLevelMaxPool() if added == 1 else LastLevelP6P7(width, width)
    pyramid = FeaturePyramidNetwork(channels, width, coarser)
    vars(pyramid)["out_channels"] = width  # which torchvision's detectors ask for
    return pyramid


def take_published(
    name: str,
    input_shape: Sequence[int],
    pretrained: bool,
    weights_path: str | None,
    frozen: bool,
    **options: Any,
) -> tuple[nn.Module, Any]:
    """Build the detector of torchvision called `name`; return its backbone, and the rest of it.

    It still has the classes of COCO, as its weights have.

    Raises:
        UserError: its weights are missing.
    """
    with refusals(name, input_shape):
        detector = LIBRARY.get_model(name, weights=None, weights_backbone=None, **options)
        if pretrained:
            load_weights(detector, name, weights_path)
    body, detector.backbone = detector.backbone.body, detector.backbone.fpn
    adapt_channels(body, input_shape[0])
    for module in body.modules():
        if isinstance(module, nn.BatchNorm2d) and frozen and name in WITHOUT_EPSILON:
            module.eps = 0.0
    return body, detector
