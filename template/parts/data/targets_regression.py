"""Targets from the columns of a table: one or several numbers for each row."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ..errors import UserError


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
    return torch.tensor(numbers).reshape(len(columns), len(rows)).T, list(columns)


def as_number(value: object) -> float:
    """Return a cell's number, or NaN where it holds none."""
    try:
        return float(str(value))
    except ValueError:
        return math.nan
