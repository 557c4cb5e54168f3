"""Which point is to find which object, and how far off it is.

Points are matched as in FCOS (Tian et al., 2019). The score of a class is to be the overlap of the
box with the object, as in Generalized Focal Loss (Li et al., 2020): so sure boxes are good boxes.

Shapes: B images, P points in each, M objects in each, K classes.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

RADIUS = 1.5  # strides from the middle of an object, within which points are to find it
REACH = 8  # strides to the farthest side of an object that a point finds, at most


class Points(NamedTuple):
    """The middles of the cells of all feature maps, in pixels of the images; the finest first."""

    centers: Tensor  # float32 [P, 2] x, y
    strides: Tensor  # float32 [P] between points beside each other


def loss_terms(
    logits: Tensor, found: Tensor, points: Points, boxes: Tensor, labels: Tensor
) -> dict[str, Tensor]:
    """Return the losses [] of class scores and of boxes, each summed over images.

    In each image they are means over the points that have an object to find, so images count
    alike, and a batch has the same losses in one part or in many.

    Args:
        logits: Of classes, float32 [B, P, K].
        found: The box of each point, float32 [B, P, 4].
        points: Where the boxes were found.
        boxes: The objects, float32 [B, M, 4].
        labels: Their classes, int64 [B, M]; -1 for none.
    """
    boxes, labels = F.pad(boxes, (0, 0, 0, 1)), F.pad(labels, (0, 1), value=-1)  # if M is 0
    pairs = [match(points, *objects) for objects in zip(boxes, labels, strict=True)]
    matched, positive = map(torch.stack, zip(*pairs, strict=True))  # two of [B, P]
    targets = boxes.gather(1, matched[..., None].expand(-1, -1, 4))  # [B, P, 4]
    classes = labels.gather(1, matched).clamp(min=0)  # [B, P]
    overlap, similarity = compare(found, targets)  # two of [B, P]

    goal = torch.where(positive, overlap.detach(), 0.0)
    goals = torch.zeros_like(logits).scatter(2, classes[..., None], goal[..., None])  # [B, P, K]
    error = F.binary_cross_entropy_with_logits(logits, goals, reduction="none")
    score_loss = (error * (goals - logits.sigmoid()).square()).sum((1, 2))  # [B]
    box_loss = torch.where(positive, 1 - similarity, 0.0).sum(1)  # [B]
    count = positive.sum(1).clamp(min=1)
    return {
        "score_loss": (score_loss / count).sum(),
        "box_loss": 2 * (box_loss / count).sum(),  # twice, as in the paper
    }


def match(points: Points, boxes: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return for each point its object, int64 [P], and whether it has one to find, bool [P].

    It has if it lies in the object, near its middle, and sees an object of its scale there: the
    farthest side is 4 to 8 strides away. Of several it is to find the smallest.
    """
    centers, strides = points.centers[:, None], points.strides[:, None]  # [P, 1, 2], [P, 1]
    sides = torch.cat([centers - boxes[:, :2], boxes[:, 2:] - centers], dim=2)  # [P, M, 4]
    nearest, farthest = sides.amin(2), sides.amax(2)
    finest, coarsest = strides == strides[0], strides == strides[-1]
    in_scale = (finest | (farthest > REACH / 2 * strides)) & (
        coarsest | (farthest <= REACH * strides)
    )
    offset = (centers - (boxes[:, :2] + boxes[:, 2:]) / 2).abs().amax(2)  # [P, M]
    near = (nearest > 0) & (offset < RADIUS * strides)
    sizes = boxes[:, 2:] - boxes[:, :2]
    areas = torch.where(near & in_scale & (labels >= 0), sizes[:, 0] * sizes[:, 1], torch.inf)
    smallest, matched = areas.min(1)
    return matched, smallest < torch.inf


def compare(boxes: Tensor, others: Tensor) -> tuple[Tensor, Tensor]:
    """Return the IoU and the generalized IoU (Rezatofighi et al., 2019) of pairs [..., 4].

    torchvision's waits for the device, for the pairs that overlap.
    """
    inner = torch.minimum(boxes[..., 2:], others[..., 2:])
    inner = (inner - torch.maximum(boxes[..., :2], others[..., :2])).clamp(min=0)
    outer = torch.maximum(boxes[..., 2:], others[..., 2:])
    outer = outer - torch.minimum(boxes[..., :2], others[..., :2])
    hull, both = area(outer).clamp(min=1e-6), area(inner)
    union = area(boxes[..., 2:] - boxes[..., :2]) + area(others[..., 2:] - others[..., :2]) - both
    overlap = both / union.clamp(min=1e-6)
    return overlap, overlap - (hull - union) / hull


def area(sizes: Tensor) -> Tensor:
    """Return width times height of sizes [..., 2]."""
    return sizes[..., 0] * sizes[..., 1]
