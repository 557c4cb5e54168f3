"""Rectangles, one a sample."""

import math
from typing import NamedTuple

import torch
from torch import Tensor


class Boxes(NamedTuple):
    """The sides of one box a sample, in whole pixels: each [B, 1]."""

    top: Tensor
    left: Tensor
    height: Tensor
    width: Tensor


def draw_boxes(
    uniform: Tensor,
    height: int,
    width: int,
    area: tuple[float, float],
    aspect: tuple[float, float],
) -> Boxes:
    """Turn `uniform` [B, 4] into boxes that lie inside an image.

    `area` bounds the part of the image's area, `aspect` the width over the height, even
    on a log scale. A side longer than the image's is cut, where torchvision draws anew.
    """
    areas, aspects, down, across = uniform.chunk(4, dim=1)  # four of [B, 1]
    areas = (area[0] + (area[1] - area[0]) * areas) * height * width
    aspects = torch.exp(math.log(aspect[0]) + math.log(aspect[1] / aspect[0]) * aspects)
    box_height = (areas / aspects).sqrt().round().clamp(1, height)
    box_width = (areas * aspects).sqrt().round().clamp(1, width)
    top = (down * (height - box_height + 1)).floor()
    left = (across * (width - box_width + 1)).floor()
    return Boxes(top, left, box_height, box_width)
