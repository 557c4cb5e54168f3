"""Masks move with their images; what comes in from outside belongs to no class."""

from ..batch import Batch
from ..masks import VOID
from .geometry import Motion


def move(batch: Batch, motion: Motion) -> Batch:
    """Move the masks [B, H, W] as `motion` says: each pixel takes the class of the nearest."""
    return batch._replace(masks=motion.move_masks(batch.masks, VOID))
