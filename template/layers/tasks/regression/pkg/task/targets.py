"""Targets from the columns of a table: one or several numbers for each row."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ..engine.errors import UserError

FEW = 10  # rows, of which fewer, to evaluate, may well be alike


def encode_targets(
    settings: object,
    columns: Mapping[Any, Sequence[object]],
    rows: Sequence[str],
) -> tuple[Tensor, list[str]]:
    """Read the numbers.

    Args:
        settings: Of no use for numbers.
        columns: One column for each target.
        rows: A description of each row, for errors.

    Returns:
        Numbers, float32 [N, T], and the T names.
    """
    numbers = []
    for name, values in columns.items():
        for value, row in zip(values, rows, strict=True):
            numbers.append(as_number(value))
            if not math.isfinite(numbers[-1]):
                raise UserError(f"{row}: {name!r} is {value!r}, not a number")
    exact = torch.tensor(numbers, dtype=torch.float64).reshape(len(columns), len(rows)).T
    rounded = exact.float()
    lost, spread = (exact - rounded).abs().amax(0), exact.std(0, correction=0)
    coarse = (exact != exact[0]).any(0) & (lost > 1e-3 * spread) | lost.isinf()
    alike = [name for name, far in zip(columns, coarse, strict=True) if far]
    if alike and len(rows) >= FEW:
        problem = "too far from 0, for their spread, to tell apart in float32"
        raise UserError(f"data.target_columns {alike}: {problem}: subtract a constant or rescale")
    return rounded, list(columns)


def as_number(value: object) -> float:
    """Return a cell's number, or NaN where it holds none."""
    try:
        return float(str(value))
    except ValueError:
        return math.nan
