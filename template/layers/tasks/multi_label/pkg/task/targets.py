"""Targets of multi-label classification: any number of labels for each sample.

N samples, B of them in a batch; K labels.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..batch import Batch
from ..engine.errors import UserError

FLAGS = {"0": False, "1": True, "0.0": False, "1.0": True, "False": False, "True": True}


def encode_targets(
    settings: Any, columns: dict[Any, list[Any]], rows: Sequence[str]
) -> tuple[Tensor, list[str]]:
    """Set a flag for each label that a row has.

    Args:
        settings: `class_names` may be given in them; otherwise they come from the table.
        columns: One column of labels with `;` between them, or one of 0 and 1 for each label.
        rows: A description of each row, for errors.

    Returns:
        Flags, float32 [N, K], and the K names.

    Raises:
        UserError: a cell or a column does not fit, or no row has a label.
    """
    names = settings.class_names or list(columns)
    first, cells = next((name, [*map(str, values)]) for name, values in columns.items())
    are_flags = first in names and {cell.strip() for cell in cells} - {""} <= FLAGS.keys()
    if len(columns) == 1 and not are_flags:
        found = [{label.strip() for label in cell.split(";")} - {""} for cell in cells]
        names = settings.class_names or sorted(set().union(*found))
    else:
        found = read_flags(columns, names, rows)
    for labels, row in zip(found, rows, strict=True):
        if unknown := sorted(labels - set(names)):
            raise UserError(f"{row}: {unknown} are not in data.class_names {names}")
    targets = torch.tensor([[float(name in labels) for name in names] for labels in found])
    if not names:
        raise UserError("data.target_columns: no sample has a label")
    return targets, names


def read_flags(
    columns: dict[Any, list[Any]], names: Sequence[str], rows: Sequence[str]
) -> list[set[str]]:
    """Return the labels of each row, from columns of 0 and 1."""
    found: list[set[str]] = [set() for _ in rows]
    if lacking := [name for name in names if name not in columns]:  # not the same as absent
        problem = f"{lacking} of data.class_names have no column among {[*columns]}"
        raise UserError(f"data.target_columns: {problem}")
    for name, values in columns.items():
        for value, labels, row in zip(values, found, rows, strict=True):
            if str(value).strip() not in FLAGS:
                raise UserError(f"{row}: {name!r} is {value!r}, not 0 or 1")
            if FLAGS[str(value).strip()]:
                labels.add(name)
    return found


def describe_targets(targets: Tensor, train: Tensor, names: Sequence[str]) -> dict[str, Any]:
    """Return what the task keeps of the targets [N, K]: the labels of the samples `train`.

    Raises:
        UserError: a label is nowhere.
    """
    everywhere, in_training = (x.long().sum(0).tolist() for x in (targets, targets[train]))
    if not all(everywhere):
        counts = ", ".join(f"{name} {n}" for name, n in zip(names, everywhere, strict=True))
        problem = "all of data.class_names need samples"
        raise UserError(f"data.dataset_path: {problem}, but there are: {counts}")
    return {"num_train": len(train), "class_counts": in_training}


def check_batch(batch: Batch, num_outputs: int) -> None:
    """Look at the targets of some samples, before any training.

    Raises:
        UserError: they are not labels, float32 [B, K] of 0 and 1.
    """
    targets, wanted = batch.targets, f"float32 [{batch.size}, {num_outputs}] from 0 to 1"
    fits = targets.dtype == torch.float32 and targets.shape == (batch.size, num_outputs)
    if not fits or not ((targets >= 0) & (targets <= 1)).all():
        found = f"{targets.dtype} {list(targets.shape)} from {targets.min()} to {targets.max()}"
        raise UserError(f"data.dataset_path: targets are {found}, not {wanted}")
