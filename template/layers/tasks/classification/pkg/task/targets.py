"""Targets from the columns of a table: one class for each row."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ..engine.errors import UserError


def encode_targets(
    settings: Any,
    columns: Mapping[Any, Sequence[object]],
    rows: Sequence[str],
) -> tuple[Tensor, list[str]]:
    """Number the classes.

    Args:
        settings: Where class names may be given; otherwise they are sorted.
        columns: The one target column.
        rows: A description of each row, for errors.

    Returns:
        Classes, int64 [N], and their names.
    """
    if len(columns) != 1:
        raise UserError(f"data.target_columns: one column names the class, not {list(columns)}")
    labels = [str(value).strip() for value in next(iter(columns.values()))]
    class_names = settings.class_names or sorted(set(labels) - {""})
    numbers = {name: number for number, name in enumerate(class_names)}
    for label, row in zip(labels, rows, strict=True):
        if label not in numbers:
            raise UserError(
                f"{row}: {label!r} is not a class of data.class_names {class_names}"
                if label
                else f"{row}: the class is missing (NA, None and the like mean that in a table)"
            )
    return torch.tensor([numbers[label] for label in labels]), class_names
