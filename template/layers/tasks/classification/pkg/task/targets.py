"""Targets of classification: one class for each sample.

N samples, B of them in a batch.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..batch import Batch
from ..engine.errors import UserError


#: if from_columns
def encode_targets(
    settings: Any, columns: dict[Any, list[Any]], rows: Sequence[str]
) -> tuple[Tensor, list[str]]:
    """Number the classes that a column names.

    Args:
        settings: `class_names` may be given in them; otherwise they are sorted.
        columns: The one target column.
        rows: A description of each row, for errors.

    Returns:
        Classes, int64 [N], and their names.

    Raises:
        UserError: there are several columns, or a cell names no class.
    """
    if len(columns) != 1:
        raise UserError(f"data.target_columns: one column names the class, not {list(columns)}")
    labels = [str(value).strip() for value in next(iter(columns.values()))]
    class_names = settings.class_names or sorted(set(labels) - {""})
    numbers = {name: number for number, name in enumerate(class_names)}
    pairs = zip(labels, rows, strict=True)
    if wrong := [(label, row) for label, row in pairs if label not in numbers]:
        (label, row), *_ = wrong
        missing = "the class is missing (NA, None and the like mean that in a table)"
        unknown = f"{label!r} is not a class of data.class_names {class_names}"
        more = in_others([row for _, row in wrong])
        raise UserError(f"{row}: {unknown if label else missing}{more}")
    return torch.tensor([numbers[label] for label in labels]), class_names


def in_others(rows: Sequence[str]) -> str:
    """Say in how many more rows, after the first, something is wrong in the same way."""
    return f"; likewise in {len(rows) - 1:,} more, from {rows[1]} on" if rows[1:] else ""


#: endif
def describe_targets(targets: Tensor, train: Tensor, names: Sequence[str]) -> dict[str, Any]:
    """Return what the task keeps of the targets int64 [N]: the classes of the samples `train`.

    Raises:
        UserError: a class has no sample, or there is only one class.
    """
    count = len(names)
    if targets.ndim != 1 or targets.is_floating_point():  # which `check_batch` refuses
        return {"num_train": len(train), "class_counts": [1] * count}
    known = targets.clamp(0, count - 1)  # it refuses what is no class, too
    everywhere, in_training = (
        classes.bincount(minlength=count).tolist() for classes in (known, known[train])
    )
    if count < 2 or (not all(everywhere) and targets.max() < count):
        counts = ", ".join(f"{name} {n}" for name, n in zip(names, everywhere, strict=True))
        problem = "two classes or more, and all of data.class_names, need samples"
        raise UserError(f"data.dataset_path: {problem}, but there are: {counts}")
    return {"num_train": len(train), "class_counts": in_training}


def check_batch(batch: Batch, num_outputs: int) -> None:
    """Look at the targets of some samples, before any training.

    Raises:
        UserError: they are not classes, int64 [B] from 0 on.
    """
    targets, wanted = batch.targets, f"int64 [{batch.size}] from 0 to {num_outputs - 1}"
    fits = targets.dtype == torch.int64 and targets.shape == batch.ids.shape
    if not fits or targets.min() < 0 or targets.max() >= num_outputs:
        found = f"{targets.dtype} {list(targets.shape)} from {targets.min()} to {targets.max()}"
        raise UserError(f"data.dataset_path: targets are {found}, not {wanted}")
