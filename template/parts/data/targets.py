"""Targets from the columns of a table: one class for each row."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor

from ..errors import UserError


class Named(Protocol):
    """Settings that may name the classes."""

    @property
    def class_names(self) -> list[str] | None:
        """Return the names in their order, if they are given."""


def encode_targets(
    settings: Named,
    columns: Mapping[str, Sequence[object]],
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
                else f"{row}: the class is missing"
            )
    if len(set(labels)) < max(2, len(class_names)):
        empty = sorted(set(class_names) - set(labels))
        raise UserError(
            f"data.class_names: two classes or more need samples; {len(set(labels))} "
            f"have any, {empty} none"
        )
    return torch.tensor([numbers[label] for label in labels]), class_names
