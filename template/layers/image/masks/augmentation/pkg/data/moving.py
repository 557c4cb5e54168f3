"""Masks move with their images; what comes in from outside belongs to no class."""

from ..batch import Batch
from ..masks import VOID
from .geometry import Motion
from .moving_masks import move_masks


def move(batch: Batch, motion: Motion) -> Batch:
    """Move the masks [B, H, W] as `motion` says: each pixel takes the class of the nearest."""
    return batch._replace(masks=move_masks(batch.masks, motion, VOID))
