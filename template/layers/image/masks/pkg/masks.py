"""What images show, pixel by pixel. B images of H x W pixels, K classes."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

VOID = 255  # where a mask says nothing: neither learnt nor counted
MAX_CLASSES = VOID  # that a byte can number, from 0


class Segmentation(NamedTuple):
    """The class that a model gives to each pixel of its input."""

    classes: Tensor  # uint8 [B, H, W] from 0; VOID where the outputs are not finite
    sizes: Tensor  # int64 [B, 2] width and height of the file


def classes_of(logits: Tensor) -> Tensor:
    """Return the likeliest class of each pixel of logits [B, K, H, W], uint8 [B, H, W]."""
    scores, classes = logits.max(dim=1)  # two of [B, H, W]
    return torch.where(scores.isfinite(), classes, VOID).to(torch.uint8)


def colours(count: int) -> list[tuple[int, int, int]]:
    """Return a colour for each class, those of Pascal VOC: the first is black, all are unlike.

    Bits 0, 3, 6, ... of a class become the upper bits of its red; those after them, of green and
    blue.
    """
    found = []
    for k in range(count):
        bits = [[k >> (3 * place + channel) & 1 for place in range(3)] for channel in range(3)]
        red, green, blue = (sum(bit << (7 - i) for i, bit in enumerate(x)) for x in bits)
        found.append((red, green, blue))
    return found


def resize_masks(masks: Tensor, size: Sequence[int]) -> Tensor:
    """Return masks uint8 [B, M, H, W] of another height and width; no value is made up."""
    return F.interpolate(masks, (size[0], size[1]), mode="nearest-exact")
