"""Targets of sequence to sequence: a text for each source, in tokens.

N pairs, B of them in a batch.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..batch import Batch
from ..engine.errors import UserError


def describe_targets(targets: Sequence[str], train: Tensor, names: Sequence[str]) -> dict[str, Any]:
    """Return what the task keeps of N texts to predict: how many of them train.

    Args:
        targets: The texts; the schema knows how many tokens they have.
        train: Numbers of the pairs that train.
        names: Of the column that is predicted.
    """
    return {"num_train": len(train)}


def check_batch(batch: Batch, num_outputs: int) -> None:
    """Look at the targets of some pairs, before any training.

    Raises:
        UserError: they are not tokens int64 [B, T] from 0, with -1 beyond the end alone.
    """
    labels = batch.labels
    fits = labels.dtype == torch.int64 and labels.ndim == 2 and len(labels) == batch.size
    if not fits:
        found = f"{labels.dtype} {[*labels.shape]}"
        raise UserError(f"data.dataset_path: targets are {found}, not int64 [{batch.size}, T]")
    there = labels >= 0
    if (labels.numel() and labels.min() < -1) or not (
        there.any(1) & (there.int().diff() <= 0).all(1)
    ).all():
        problem = "targets are no tokens from 0 with -1 beyond their end alone"
        raise UserError(f"data.dataset_path: {problem}")
