"""What Faster R-CNN and Mask R-CNN share: regions first, then what is in them.

Shapes: as in published.py; R regions of an image.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.roi_heads import fastrcnn_loss
from torchvision.models.detection.rpn import concat_box_prediction_layers

from ..engine.errors import UserError
from .anchors import make_anchors, share_of_side
from .detector import Found
from .published import Maps, Objects, PublishedDetector
from .sampling import Sampler

STRIDES = (4, 8, 16, 32)  # and 64, which the pyramid adds
SIZES = (32, 64, 128, 256, 512)  # pixels of anchors on each level, for images of 800 pixels


class Chosen(NamedTuple):
    """The regions of each image that are learnt, as torchvision draws them."""

    regions: list[Tensor]  # [R, 4]
    matched: list[Tensor]  # int64 [R] number of the object that each is matched with
    labels: list[Tensor]  # int64 [R]; 0 is the background
    goals: list[Tensor]  # [R, 4] offsets to its object


class TwoStageDetector(PublishedDetector):
    """Faster R-CNN, or more; losses are means over the anchors and regions drawn in an image."""

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
        chosen = Chosen(*heads.select_training_samples(regions, objects))
        second = self.losses_in_regions(batch, maps, objects, chosen)
        objectness, region = zip(*first, strict=True)
        terms = {"objectness_loss": objectness, "region_loss": region, **second}
        return {name: torch.stack([*losses]).sum() for name, losses in terms.items()}

    def losses_in_regions(
        self, batch: ImageList, maps: Maps, objects: list[Objects], chosen: Chosen
    ) -> dict[str, list[Tensor]]:
        """Return torchvision's losses of what is in the regions: one [] for each image."""
        found = zip(*self.classify(batch, maps, chosen.regions), *chosen[2:], strict=True)
        losses = [fastrcnn_loss(x, moved, [classes], [goal]) for x, moved, classes, goal in found]
        each, box = zip(*losses, strict=True)
        return {"class_loss": [*each], "box_loss": [*box]}

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


def sized_options(
    input_shape: Sequence[int], anchor_sizes: list[float] | None, max_detections: int
) -> dict[str, Any]:
    """Return the options of torchvision's detector that suit images of `input_shape` [C, H, W].

    Without `anchor_sizes`, anchors are of 32 to 512 pixels in images of 800 pixels, and smaller
    in proportion to their shorter side, down to a quarter; regions are fewer, down to an eighth.

    Raises:
        UserError: `model.anchor_sizes` are not as many as there are levels.
    """
    sizes = anchor_sizes or [size * share_of_side(input_shape, 1 / 4) for size in SIZES]
    if len(sizes) != len(SIZES):
        raise UserError(f"model.anchor_sizes: {len(SIZES)} levels, but {len(sizes)} sizes")
    share = share_of_side(input_shape, 1 / 8)
    return {
        "rpn_anchor_generator": make_anchors([[size] for size in sizes]),
        "rpn_post_nms_top_n_train": int(2000 * share),
        "rpn_post_nms_top_n_test": int(1000 * share),
        "box_batch_size_per_image": int(512 * share),
        "box_detections_per_img": max_detections,
    }
