"""Targets of segmentation: a mask for each image, one class for each of its pixels.

N samples, B of them in a batch; K classes.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..batch import Batch
from ..data.masks import Masks
from ..engine.errors import UserError
from ..masks import MAX_CLASSES, VOID


def describe_targets(targets: Masks, train: Tensor, names: Sequence[str]) -> dict[str, Any]:
    """Return what the task keeps of the masks: pixels of each class in training, and the values.

    Raises:
        UserError: there is only one class, or more than a byte can number.
    """
    if not 2 <= len(names) <= MAX_CLASSES:
        problem = f"from 2 to {MAX_CLASSES} classes are possible, but there are {len(names)}"
        raise UserError(f"data.dataset_path: {problem}: {list(names[:5])}")
    pixels = targets.pixels_of(train)[:, :-1].sum(0).tolist()  # [K]
    return {"class_counts": pixels, "mask_values": dict(targets.values)}


def check_batch(batch: Batch, num_outputs: int) -> None:
    """Look at the masks of some samples, before any training.

    Raises:
        UserError: they are not classes, uint8 [B, H, W] from 0 on, or are void everywhere.
    """
    masks, shape = batch.masks, [batch.size, *batch.inputs.shape[-2:]]
    known = masks[masks != VOID]
    if masks.dtype != torch.uint8 or list(masks.shape) != shape:
        found, wanted = f"{masks.dtype} {list(masks.shape)}", f"torch.uint8 {shape}"
        raise UserError(f"data.dataset_path: masks are {found}, not {wanted}")
    if not len(known):
        problem = f"of {batch.size} masks each pixel is {VOID}, which is void"
        raise UserError(f"data.dataset_path: {problem}: there is nothing to learn")
    if known.max() >= num_outputs:
        wanted = f"from 0 to {num_outputs - 1}, or {VOID}"
        raise UserError(f"data.dataset_path: masks have {known.max()}, not {wanted}")
