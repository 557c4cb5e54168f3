"""What is found in images and what is true of them, as boxes and masks. B images, M or D objects.

Boxes are x1, y1, x2, y2: from the left and the top, in pixels, without a pixel added at the end.
"""

from typing import NamedTuple

import torch
from torch import Tensor

DIFFICULT, CROWD = 1, 2  # kinds of objects that are neither learnt nor missed
MAX_DETECTIONS = 100  # of a class in an image that are evaluated, the surest


class Detections(NamedTuple):
    """What a model finds: the surest first, the same number D for each image."""

    boxes: Tensor  # float32 [B, D, 4]; 0 where there is none
    scores: Tensor  # float32 [B, D] from 0 to 1; 0 where there is none
    labels: Tensor  # int64 [B, D] class from 0; -1 where there is none
    masks: Tensor  # uint8 [B, D, S, S] 255 times how likely a cell of the box is the object's


class Truth(NamedTuple):
    """What there is to be found, in pixels of the files."""

    boxes: Tensor  # float32 [B, M, 4]; 0 where there is none
    labels: Tensor  # int64 [B, M] class from 0; -1 where there is none
    ignored: Tensor  # uint8 [B, M] 0; DIFFICULT: not counted; CROWD: a region of many, likewise
    areas: Tensor  # float32 [B, M] of the objects, in pixels of the file
    pixels: Tensor  # int64 [B, M] of the input that each mask has


def to_file(boxes: Tensor, scales: Tensor) -> Tensor:
    """Map boxes [B, M, 4] from pixels of the input to those of files: `scales` [B, 2]."""
    return boxes / scales.repeat(1, 2)[:, None]


def pad(values: Tensor, count: int, filling: float = 0) -> Tensor:
    """Return values [M, ...] with more rows, `count` in all, or without the last ones."""
    missing = values.new_full((max(0, count - len(values)), *values.shape[1:]), filling)
    return torch.cat([values[:count], missing])
