"""Targets from the columns of a table: any number of labels for each row."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ..engine.errors import UserError

FLAGS = {"0": False, "1": True, "0.0": False, "1.0": True, "False": False, "True": True}


def encode_targets(
    settings: Any,
    columns: Mapping[Any, Sequence[object]],
    rows: Sequence[str],
) -> tuple[Tensor, list[str]]:
    """Set a flag for each label that a row has.

    Args:
        settings: Where label names may be given; otherwise they come from the table.
        columns: One column of labels with `;` between them, or one of 0 and 1 for
            each label.
        rows: A description of each row, for errors.

    Returns:
        Flags, float32 [N, K], and the K names.
    """
    names = settings.class_names or list(columns)
    first, cells = next((name, [*map(str, values)]) for name, values in columns.items())
    are_flags = first in names and {cell.strip() for cell in cells} - {""} <= FLAGS.keys()
    if len(columns) == 1 and not are_flags:
        found = [{label.strip() for label in cell.split(";")} - {""} for cell in cells]
        names = settings.class_names or sorted(set().union(*found))
    else:
        found = [set() for _ in rows]
        if lacking := [name for name in names if name not in columns]:  # not the same as absent
            problem = f"{lacking} of data.class_names have no column among {[*columns]}"
            raise UserError(f"data.target_columns: {problem}")
        for name, values in columns.items():
            for value, labels, row in zip(values, found, rows, strict=True):
                if str(value).strip() not in FLAGS:
                    raise UserError(f"{row}: {name!r} is {value!r}, not 0 or 1")
                if FLAGS[str(value).strip()]:
                    labels.add(name)
    return flags(found, names, rows)


def flags(found: list[set[str]], names: list[str], rows: Sequence[str]) -> tuple[Tensor, list[str]]:
    """Return the sets of labels as flags, and the names; no label may be left over."""
    for labels, row in zip(found, rows, strict=True):
        if unknown := sorted(labels - set(names)):
            raise UserError(f"{row}: {unknown} are not in data.class_names {names}")
    targets = torch.tensor([[float(name in labels) for name in names] for labels in found])
    if not names:
        raise UserError("data.target_columns: no sample has a label")
    return targets, names
