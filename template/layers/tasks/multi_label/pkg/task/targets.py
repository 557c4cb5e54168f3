"""Targets of multi-label classification: any number of labels for each sample.

N samples, B of them in a batch; K labels.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from ..batch import Batch
from ..engine.errors import UserError

FLAGS = {"0": False, "1": True, "0.0": False, "1.0": True, "false": False, "true": True}
QUOTED = re.compile(r"'([^']*)'|" + r'"([^"]*)"')
DELIMITERS = ";|,"  # between labels in one cell; a list in brackets needs none


def encode_targets(
    settings: Any, columns: dict[Any, list[Any]], rows: Sequence[str]
) -> tuple[Tensor, list[str]]:
    """Set a flag for each label that a row has.

    Args:
        settings: `class_names` may be given in them; otherwise they come from the table.
            `label_delimiter`, too; otherwise it is found, and printed.
        columns: One column of labels, several of them in a cell; or one of 0 and 1 for each label.
        rows: A description of each row, for errors.

    Returns:
        Flags, float32 [N, K], and the K names.

    Raises:
        UserError: a cell or a column does not fit, or no row has a label.
    """
    names = settings.class_names or list(columns)
    first, cells = next(iter(columns.items()))
    texts = {str(cell).strip().lower() for cell in cells}
    if len(columns) == 1 and not (first in names and texts - {""} <= FLAGS.keys()):
        found = split_cells(cells, settings.label_delimiter, settings.class_names or ())
        names = settings.class_names or sorted(set().union(*found))
    else:
        found = read_flags(columns, names, rows)
    if wrong := [i for i, labels in enumerate(found) if labels - {*names}]:
        unknown = sorted(found[wrong[0]] - {*names})
        more = in_others([rows[i] for i in wrong])
        raise UserError(f"{rows[wrong[0]]}: {unknown} are not in data.class_names {names}{more}")
    targets = torch.tensor([[float(name in labels) for name in names] for labels in found])
    if not names:
        raise UserError("data.target_columns: no sample has a label")
    return targets, names


def split_cells(
    cells: Sequence[Any], delimiter: str | None, known: Sequence[str]
) -> list[set[str]]:
    """Return the labels in each cell: `cat|dog`, `cat;dog`, `cat,dog` or `['cat', 'dog']`.

    A cell may also be a list of labels already.

    Raises:
        UserError: several delimiters stand in the cells.
    """
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    split: Callable[[str], Sequence[str]]
    if delimiter is None and texts and all(map(is_list, texts)):
        split, example, said = split_list, texts[0], "by brackets and commas"
    else:
        mark = delimiter or find_delimiter(texts, known)
        example, said = next((text for text in texts if mark in text), ""), f"by {mark!r}"
        split = partial(str.split, sep=mark)
    if delimiter is None and example:
        labels = [label.strip() for label in split(example)]
        print(f"labels are divided {said}: {example!r} is {labels} (data.label_delimiter)")
    parts = (split(cell) if isinstance(cell, str) else map(str, cell) for cell in cells)
    return [{label.strip() for label in labels} - {""} for labels in parts]


def find_delimiter(texts: Sequence[str], known: Sequence[str]) -> str:
    """Return what stands between labels; a mark that is in a `known` label is none.

    Raises:
        UserError: several stand in the texts.
    """
    inside = "".join(known)
    used = [mark for mark in DELIMITERS if mark not in inside and any(mark in x for x in texts)]
    if len(used) > 1:
        shown = " and ".join(repr(next(x for x in texts if mark in x)) for mark in used[:2])
        advice = "say which in data.label_delimiter"
        raise UserError(f"data.target_columns: labels may be divided by {used}, {shown}: {advice}")
    return used[0] if used else DELIMITERS[0]


def is_list(cell: str) -> bool:
    """Say whether a cell is a list as Python or JSON writes it."""
    return cell.strip()[:1] + cell.strip()[-1:] in ("[]", "()")


def split_list(cell: str) -> list[str]:
    """Return the labels in `['cat', "dog"]` or `[cat, dog]`, also without commas, as numpy does."""
    inside = cell.strip()[1:-1]
    quoted = QUOTED.findall(inside)
    return [one or other for one, other in quoted] if quoted else inside.split(",")


def read_flags(
    columns: dict[Any, list[Any]], names: Sequence[str], rows: Sequence[str]
) -> list[set[str]]:
    """Return the labels of each row, from columns of 0 and 1."""
    found: list[set[str]] = [set() for _ in rows]
    if lacking := [name for name in names if name not in columns]:  # not the same as absent
        problem = f"{lacking} of data.class_names have no column among {[*columns]}"
        raise UserError(f"data.target_columns: {problem}")
    for name, values in columns.items():
        flags = [str(value).strip().lower() for value in values]
        if wrong := [i for i, flag in enumerate(flags) if flag not in FLAGS]:
            more = in_others([rows[i] for i in wrong])
            problem = f"{name!r} is {values[wrong[0]]!r}, not 0 or 1"
            raise UserError(f"{rows[wrong[0]]}: {problem}{more}")
        for flag, labels in zip(flags, found, strict=True):
            if FLAGS[flag]:
                labels.add(name)
    return found


def in_others(rows: Sequence[str]) -> str:
    """Say in how many more rows, after the first, something is wrong in the same way."""
    return f"; likewise in {len(rows) - 1:,} more, from {rows[1]} on" if rows[1:] else ""


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
