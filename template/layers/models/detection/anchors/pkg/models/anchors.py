"""Anchors: the boxes that a detector starts from, at every place of its feature maps."""

from collections.abc import Sequence

from torchvision.models.detection.anchor_utils import AnchorGenerator

PUBLISHED_SIDE = 800  # pixels of the images for which published settings were chosen


def share_of_side(input_shape: Sequence[int], least: float) -> float:
    """Return the shorter side of images to that of published settings: `least` to 1."""
    return min(1.0, max(least, min(input_shape[1:]) / PUBLISHED_SIDE))


def make_anchors(sizes: Sequence[Sequence[float]]) -> AnchorGenerator:
    """Make anchors of `sizes` in pixels on each level: wide, square and high ones."""
    return AnchorGenerator(tuple(map(tuple, sizes)), ((0.5, 1.0, 2.0),) * len(sizes))
