"""Targets of detection: any number of objects in each image, each with a box and a class.

N images, B of them in a batch with up to M objects each; K classes.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..batch import Batch
from ..data.objects import ObjectTable
from ..engine.errors import UserError


def describe_targets(targets: ObjectTable, train: Tensor, names: Sequence[str]) -> dict[str, Any]:
    """Return what the task keeps of the objects: how many of each class there are to learn.

    Args:
        targets: The objects of all images.
        train: Numbers of the images that train.
        names: Of the K classes.

    Raises:
        UserError: there is no class, or no object to learn.
    """
    images = torch.arange(len(targets)).repeat_interleave(targets.counts)  # of each object
    learnt = torch.isin(images, train) & (targets.ignored == 0)
    counts = targets.labels[learnt].bincount(minlength=len(names)).tolist()
    if not any(counts):
        objects = f"{len(targets.labels)} objects in {len(targets)} images"
        problem = "no image that trains has an object that is to be learnt"
        raise UserError(f"data.dataset_path: {problem}; there are {objects} in all")
    return {
        "category_ids": targets.category_ids,
        "num_train": len(train),
        "class_counts": counts,
    }


def check_batch(batch: Batch, num_outputs: int) -> None:
    """Look at the objects of some images, before any training.

    Raises:
        UserError: they are not boxes float32 [B, M, 4] of classes int64 [B, M] from 0.
    """
    boxes, labels = batch.boxes, batch.labels
    shape = (batch.size, labels.shape[-1])
    fits = labels.dtype == torch.int64 and labels.shape == shape
    fits &= boxes.dtype == torch.float32 and boxes.shape == (*shape, 4)
    if not fits:
        found = f"{boxes.dtype} {[*boxes.shape]} of {labels.dtype} {[*labels.shape]}"
        wanted = f"float32 {[*shape, 4]} of int64 {[*shape]}"
        raise UserError(f"data.dataset_path: boxes are {found}, not {wanted}")
    if labels.numel() and not (labels.min() >= -1 and labels.max() < num_outputs):
        found = f"from {labels.min()} to {labels.max()}"
        wanted = f"0 to {num_outputs - 1}, or -1 for none"
        raise UserError(f"data.dataset_path: classes of boxes are {found}, not {wanted}")
    there = boxes[labels >= 0]  # [M of all images, 4]
    good = there.isfinite().all(1) & (there[:, 2:] >= there[:, :2]).all(1)
    if not good.all():
        box = there[~good][0].tolist()
        raise UserError(f"data.dataset_path: {box} is no box x1, y1, x2, y2 in pixels")
