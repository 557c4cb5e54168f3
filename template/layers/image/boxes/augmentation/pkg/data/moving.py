"""Boxes move with their images; those of which little is left go. B images, M boxes in each."""

import torch
from torch import Tensor

from ..batch import Batch
from .geometry import Motion, determinants

MIN_KEPT = 0.25  # of a box's area: less of an object often shows nothing of what it is
MIN_SIDE = 1.0  # pixels


def move(batch: Batch, motion: Motion) -> Batch:
    """Move the boxes as `motion` says, and cut them where the image ends."""
    limits = torch.zeros_like(batch.boxes)
    limits[..., 2], limits[..., 3] = motion.size[1], motion.size[0]
    areas = batch.areas * determinants(motion.maps).abs()[:, None]
    return cut(batch._replace(boxes=move_boxes(batch.boxes, motion.maps), areas=areas), limits)


def move_boxes(boxes: Tensor, maps: Tensor) -> Tensor:
    """Return what the corners of boxes [B, M, 4] reach by maps [B, 3, 3], also beyond the image."""
    corners = boxes.unflatten(-1, (2, 1, 2))  # [B, M, 2, 1, 2]: x and y of both corners
    parts = corners * maps[:, None, None, :2, :2]  # of x after and of y after
    low, high = parts.amin(2).sum(-1), parts.amax(2).sum(-1)  # two of [B, M, 2]
    return torch.cat([low, high], dim=-1) + maps[:, None, :2, 2].repeat(1, 1, 2)


def cut(batch: Batch, limits: Tensor) -> Batch:
    """Cut each box to what lies in that of `limits` [B, M, 4].

    Objects go that keep less than `MIN_KEPT` of their box, or a side of less than `MIN_SIDE`.
    """
    corners, ends = (boxes.unflatten(-1, (2, 2)) for boxes in (batch.boxes, limits))
    inside = corners.clamp(ends[:, :, :1], ends[:, :, 1:])  # [B, M, 2, 2]
    sides, whole = (pair[:, :, 1] - pair[:, :, 0] for pair in (inside, corners))  # [B, M, 2]
    kept = sides.prod(-1) / whole.prod(-1).clamp(min=1e-6)  # [B, M]
    gone = (batch.labels < 0) | (kept < MIN_KEPT) | (sides < MIN_SIDE).any(-1)
    return batch._replace(
        boxes=inside.flatten(2).masked_fill(gone[..., None], 0),
        labels=batch.labels.masked_fill(gone, -1),
        ignored=batch.ignored.masked_fill(gone, 0),
        areas=(batch.areas * kept).masked_fill(gone, 0),
    )
