"""Objects move with their images; those of which little is left go. B images, M objects in each.

Masks move, and boxes become those around them: a box around a turned box would be too wide.
"""

from ..batch import Batch
from .geometry import Motion, determinants
from .mask_boxes import boxes_around
from .moving_masks import move_masks

MIN_KEPT = 0.25  # of a mask: less of an object often shows nothing of what it is


def move(batch: Batch, motion: Motion) -> Batch:
    """Move the masks [B, M, H, W] as `motion` says; they are cut where the image ends.

    Objects go that keep less than `MIN_KEPT` of the pixels of their mask.
    """
    masks = move_masks(batch.masks, motion, 0)
    growth = determinants(motion.maps).abs()[:, None]  # [B, 1] of areas
    before, after = (pixels.flatten(2).sum(2) for pixels in (batch.masks, masks))  # two of [B, M]
    kept = after / (before * growth).clamp(min=1)  # [B, M]
    gone = (batch.labels < 0) | (kept < MIN_KEPT) | (after == 0)
    return batch._replace(
        boxes=boxes_around(masks).masked_fill(gone[..., None], 0),
        labels=batch.labels.masked_fill(gone, -1),
        ignored=batch.ignored.masked_fill(gone, 0),
        areas=(batch.areas * growth * kept.clamp(max=1)).masked_fill(gone, 0),
        masks=masks.masked_fill(gone[..., None, None], 0),
    )
