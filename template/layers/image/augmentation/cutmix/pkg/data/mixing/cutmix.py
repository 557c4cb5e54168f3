"""CutMix: a box of another image, and that fraction of its target (Yun et al., 2019)."""

import torch
from torch import Tensor

from ...engine.data.draws import Draws
from ..augmentations.inside import mask_inside


def cutmix(images: Tensor, targets: Tensor, draws: Draws) -> tuple[Tensor, Tensor]:
    """Paste a box of the sample before into [B, C, H, W]; mix [B, K] by its area.

    The area is uniform, as Beta(1, 1) of the paper; the image's edge may cut it.
    """
    height, width = images.shape[-2:]
    area, down, across = draws.uniform("cutmix", 3).chunk(3, dim=1)  # three of [B, 1]
    top, bottom = interval(down, area.sqrt(), height)
    left, right = interval(across, area.sqrt(), width)
    pasted = mask_inside(top, left, bottom, right, images.shape)
    fraction = (bottom - top) * (right - left) / (height * width)  # [B, 1]
    targets = torch.lerp(targets, targets.roll(1, 0), fraction)
    return torch.where(pasted, images.roll(1, 0), images), targets


def interval(center: Tensor, length: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Return both ends, in whole pixels, of parts of a side of `size` pixels."""
    middle, half = (center * size).floor(), (length * size / 2).floor()
    return (middle - half).clamp(min=0), (middle + half).clamp(max=size)
