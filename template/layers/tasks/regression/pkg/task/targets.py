"""Targets of regression: one or several numbers for each sample.

N samples, B of them in a batch; K targets.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..batch import Batch
from ..engine.errors import UserError

FEW = 10  # rows, of which fewer, to evaluate, may well be alike


def encode_targets(
    settings: Any, columns: dict[Any, list[Any]], rows: Sequence[str]
) -> tuple[Tensor, list[str]]:
    """Read the numbers.

    Args:
        settings: Of no use for numbers.
        columns: One column for each target.
        rows: A description of each row, for errors.

    Returns:
        Numbers, float32 [N, K], and the K names.

    Raises:
        UserError: a cell holds no number, or float32 cannot tell a target's numbers apart.
    """
    numbers = list[float]()
    for name, values in columns.items():
        found = [as_number(value) for value in values]
        if wrong := [i for i, number in enumerate(found) if not math.isfinite(number)]:
            more = in_others([rows[i] for i in wrong])
            problem = f"{name!r} is {values[wrong[0]]!r}, not a number"
            raise UserError(f"{rows[wrong[0]]}: {problem}{more}")
        numbers += found
    exact = torch.tensor(numbers, dtype=torch.float64).reshape(len(columns), len(rows)).T
    rounded = exact.float()
    lost, spread = (exact - rounded).abs().amax(0), exact.std(0, correction=0)
    coarse = (exact != exact[0]).any(0) & (lost > 1e-3 * spread) | lost.isinf()
    alike = [name for name, far in zip(columns, coarse, strict=True) if far]
    if alike and len(rows) >= FEW:
        problem = "too far from 0, for their spread, to tell apart in float32"
        raise UserError(f"data.target_columns {alike}: {problem}: subtract a constant or rescale")
    return rounded, list(columns)


def in_others(rows: Sequence[str]) -> str:
    """Say in how many more rows, after the first, something is wrong in the same way."""
    return f"; likewise in {len(rows) - 1:,} more, from {rows[1]} on" if rows[1:] else ""


def as_number(value: object) -> float:
    """Return a cell's number, or NaN where it holds none."""
    try:
        return float(str(value))
    except ValueError:
        return math.nan


def describe_targets(targets: Tensor, train: Tensor, names: Sequence[str]) -> dict[str, Any]:
    """Return what the task keeps of the targets [N, K]: their scale in the samples `train`.

    The standard deviation of a target that is the same in all of them counts as 1.
    """
    targets = targets[train]
    shifts = targets.double() - targets[0]  # all 0, not nearly so, where targets are alike
    std = shifts.std(0, correction=len(shifts) > 1)
    mean = (targets[0] + shifts.mean(0)).tolist()
    return {"target_mean": mean, "target_std": std.where(std > 0, 1).tolist()}


def check_batch(batch: Batch, num_outputs: int) -> None:
    """Look at the targets of some samples, before any training.

    Raises:
        UserError: they are not finite numbers, float32 [B, K].
    """
    targets, wanted = batch.targets, f"float32 [{batch.size}, {num_outputs}], finite"
    fits = targets.dtype == torch.float32 and targets.shape == (batch.size, num_outputs)
    if not fits or not targets.isfinite().all():
        found = f"{targets.dtype} {list(targets.shape)} from {targets.min()} to {targets.max()}"
        raise UserError(f"data.dataset_path: targets are {found}, not {wanted}")
