"""The rows of a data set of the Hugging Face hub."""

from typing import Any

import datasets

from ...engine.errors import UserError
from ..found import Found
from .cell_types import settle
from .hub import SPLITS, open_splits
from .parquet_rows import name_class


def read_hub(name: str) -> Found:
    """Return the rows of the split `train`, and of validation and test where there are such.

    Numbers of classes become their names. A split whose classes are all unknown is left out.

    Raises:
        UserError: it cannot be loaded, or has no split that trains.
    """
    columns, places, given, said = dict[str, list[Any]](), list[str](), list[str](), list[str]()
    for split, dataset in open_splits(name).items():
        found = read_columns(dataset)
        if hidden := [key for key in found if is_hidden(dataset.features[key], found[key])]:
            said.append(f"split {split!r} is left out: its {hidden} are not published")
            continue
        before, count = len(places), len(dataset)
        for key in dict.fromkeys([*columns, *found]):
            columns.setdefault(key, [None] * before)
            columns[key] += found.get(key, [None] * count)
        places += [f"{name} {split} row {number}" for number in range(1, count + 1)]
        given += [SPLITS[split]] * count
    if "train" not in given:
        raise UserError(f"data.dataset_path: {name!r} has no rows that train")
    settle(columns, places, said)
    splits = given if len({*given}) > 1 else None
    return Found(columns, places, splits, [], said, {"format": "datasets"})


def read_columns(dataset: Any) -> dict[str, list[Any]]:
    """Return the cells of each column as plain values, classes by their names."""
    plain = dataset.with_format(None)
    found = {}
    for name, feature in dataset.features.items():
        if isinstance(feature, datasets.Image | datasets.Audio):
            continue
        cells = list(plain[name])
        names = class_names(feature)
        found[name] = [name_class(cell, names) for cell in cells] if names else cells
    return found


def class_names(feature: Any) -> list[str]:
    """Return the names of the classes in a column, or in its lists; none for other columns."""
    while hasattr(feature, "feature"):
        feature = feature.feature
    return list(feature.names) if isinstance(feature, datasets.ClassLabel) else []


def is_hidden(feature: Any, cells: list[Any]) -> bool:
    """Say whether a column of classes holds none, as in the test split of a contest."""
    return isinstance(feature, datasets.ClassLabel) and all(cell is None for cell in cells)
