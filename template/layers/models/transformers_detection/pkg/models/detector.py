"""A detector of transformers, called as this project calls any: padded boxes in, detections out.

Shapes: B images, C channels, H x W pixels, M objects in an image at most, Q queries, K classes,
N candidates, D detections.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map_only

from ..boxes import Detections

MAX_DETECTIONS = 100  # D
TERMS = {"ce": "class", "vfl": "class", "bbox": "box", "giou": "giou"}  # the library's: ours
Targets = list[dict[str, Tensor]]  # of each image: class_labels [n], boxes [n, 4]


class Detector(nn.Module):
    """A network of the library; an architecture adds how it scores, and what its losses count."""

    layout = "channels first: most of the work is on tokens"

    def __init__(self, network: Any, backbone: str, losses: Callable[..., Any]) -> None:
        """Take a network, the name of its backbone within it, and the losses of its outputs."""
        super().__init__()
        self.network, self.backbone_name = network, backbone
        network.loss_function = partial(in_float32, losses)
        self.unfreeze_backbone()  # the library freezes some layers, also where nothing is trained

    @property
    def backbone(self) -> nn.Module:
        """The part that is frozen at first, where that is wanted."""
        part: nn.Module = self.network.get_submodule(self.backbone_name)
        return part

    def forward(
        self,
        images: Tensor,
        boxes: Tensor | None = None,
        labels: Tensor | None = None,
        seeds: Tensor | None = None,
    ) -> Detections | tuple[dict[str, Tensor], Tensor]:
        """Return detections; in training, where all four are given, what `learn` does.

        Args:
            images: Normalised images [B, C, H, W].
            boxes: Of the objects [B, M, 4], x1, y1, x2, y2 in pixels of `images`.
            labels: Of the objects [B, M], from 0; -1 where there is none.
            seeds: Of what is drawn for each image, int64 [B].
        """
        if boxes is None or labels is None or seeds is None:
            return self.detect(images)
        return self.learn(images, boxes, labels, seeds)

    def learn(
        self, images: Tensor, boxes: Tensor, labels: Tensor, seeds: Tensor
    ) -> tuple[dict[str, Tensor], Tensor]:
        """Return the losses, each a sum [], and what they are sums over []: the number of objects.

        An image without any counts as one, or nothing could be learnt from a batch of such images.
        """
        targets = to_targets(images, boxes, labels)
        outputs = self.network(pixel_values=images, labels=targets)
        counts = [len(target["boxes"]) for target in targets]
        terms = add_up(outputs.loss_dict, self.factors(counts))
        return terms, images.new_tensor(sum(max(1, count) for count in counts))

    def detect(self, images: Tensor) -> Detections:
        """Return what is found in images [B, C, H, W], in their pixels."""
        outputs = self.network(pixel_values=images)
        scores, labels, queries = self.candidates(outputs.logits.float())
        scores, order = scores.topk(min(MAX_DETECTIONS, scores.shape[1]))  # [B, D]
        labels, queries = labels.gather(1, order), queries.gather(1, order)
        boxes = outputs.pred_boxes.float().gather(1, queries[..., None].expand(-1, -1, 4))
        missing = MAX_DETECTIONS - scores.shape[1]
        return Detections(
            nn.functional.pad(to_corners(boxes, images), (0, 0, 0, missing)),
            nn.functional.pad(scores, (0, missing)),
            nn.functional.pad(labels, (0, missing), value=-1),
        )

    def candidates(self, logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return scores, labels and numbers of queries, [B, N] each, of logits [B, Q, ...]."""
        raise NotImplementedError

    def factors(self, counts: list[int]) -> dict[str, float]:
        """Return what turns each kind of the library's losses into a sum: of `counts` objects."""
        raise NotImplementedError

    def get_num_parameters(self) -> int:
        """Count the weights."""
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        """Train all but the backbone, on features that stay as they are."""
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        """Train every weight."""
        self.requires_grad_(True)

    def train(self, mode: bool = True) -> Self:
        """Set the mode; a frozen backbone keeps its batch statistics too."""
        super().train(mode)
        if not any(weight.requires_grad for weight in self.backbone.parameters()):
            self.backbone.eval()
        return self


def in_float32(losses: Callable[..., dict[str, Tensor]], *given: Any, **named: Any) -> Any:
    """Call `losses` as the library calls a loss function, with numbers of 32 bits.

    The library refuses boxes that are not finite; a loss that is not finite is what a run knows to
    recover from.
    """
    given, named = tree_map_only(Tensor, widened, (given, named))
    boxes = given[3]  # [B, Q, 4]; before them come logits, targets and device
    if not boxes.isfinite().all():
        return None, {f"loss_{name}": boxes.sum() for name in TERMS}, None
    return None, losses(*given, **named), None


def widened(values: Tensor) -> Tensor:
    """Return numbers of 32 bits; integers stay what they are."""
    return values.float() if values.is_floating_point() else values


def add_up(losses: Mapping[str, Tensor], factors: Mapping[str, float]) -> dict[str, Tensor]:
    """Return the sums [] of each kind over all layers: the library's are loss_bbox_2 and alike."""
    terms: dict[str, Tensor] = {}
    for name, value in losses.items():
        kind = name.split("_")[1]
        if kind in factors:
            term = TERMS[kind]
            terms[term] = terms.get(term, 0) + factors[kind] * value
    return terms


def to_targets(images: Tensor, boxes: Tensor, labels: Tensor) -> Targets:
    """Return objects [B, M] as the library takes them: centre and size, in parts of the image."""
    height, width = images.shape[-2:]
    start, end = (boxes / boxes.new_tensor([width, height] * 2)).chunk(2, -1)  # two of [B, M, 2]
    centred, there = torch.cat([(start + end) / 2, end - start], -1), labels >= 0
    counts = there.sum(1).tolist()
    pairs = zip(labels[there].split(counts), centred[there].split(counts), strict=True)
    return [{"class_labels": label, "boxes": box} for label, box in pairs]


def to_corners(boxes: Tensor, images: Tensor) -> Tensor:
    """Return boxes [..., 4] of centre and size as x1, y1, x2, y2 in pixels of the images."""
    height, width = images.shape[-2:]
    centre, size = boxes.chunk(2, -1)
    corners = torch.cat([centre - size / 2, centre + size / 2], -1)
    return corners * corners.new_tensor([width, height] * 2)


class Matcher(nn.Module):
    """The library's matcher, which fails where there is nothing to match."""

    def __init__(self, matcher: Any) -> None:
        super().__init__()
        self.matcher = matcher

    def forward(self, outputs: Any, targets: Targets) -> Any:
        """Return for each image which queries are matched to which objects."""
        if any(len(target["boxes"]) for target in targets):
            return self.matcher(outputs, targets)
        nothing = torch.zeros(0, dtype=torch.int64)
        return [(nothing, nothing) for _ in targets]
