"""Labels: what a batch must hold, and what is counted in the training split."""

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from pkg.batch import Batch
from pkg.engine.errors import UserError
from pkg.task.targets import (
    check_batch,
    describe_targets,
    encode_targets,
)

TARGETS = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])


def test_targets_of_another_form_are_refused_by_name() -> None:
    good = torch.tensor([[0.0, 1.0, 1.0]] * 3)
    inputs, ids = torch.zeros(3, 2), torch.arange(3)
    check_batch(Batch(inputs, good, ids), 3)
    for targets in (good[:, 0], good[:, :1], good.long(), good / 0, 2 * good):
        with pytest.raises(UserError, match=r"data\.dataset_path: targets are .*, not "):
            check_batch(Batch(inputs, targets, ids), 3)


def test_labels_are_counted_in_the_training_split() -> None:
    found = describe_targets(TARGETS, torch.tensor([0, 2, 3]), ["a", "b"])
    assert found == {"num_train": 3, "class_counts": [2, 1]}


def test_a_label_without_samples_is_refused() -> None:
    targets = torch.cat([TARGETS, torch.zeros(4, 1)], 1)
    with pytest.raises(UserError, match=r"data\.dataset_path: .* c 0$"):
        describe_targets(targets, torch.arange(4), ["a", "b", "c"])


def encode(
    columns: dict[str, list[Any]], class_names: list[str] | None = None
) -> tuple[list[list[float]], list[str]]:
    """Return the labels of each row, and their names."""
    rows = [f"row {i}" for i in range(len(next(iter(columns.values()))))]
    settings = SimpleNamespace(class_names=class_names, label_delimiter=None)
    targets, names = encode_targets(settings, columns, rows)
    return targets.tolist(), names


def test_columns_of_0_and_1_are_labels() -> None:
    columns: dict[str, list[Any]] = {"red": ["1", True, 0], "round": ["0", 1.0, "False"]}
    assert encode(columns) == ([[1, 0], [1, 1], [0, 0]], ["red", "round"])


def test_a_column_may_list_labels() -> None:
    columns = {"labels": ["red; round", "", "round"]}
    assert encode(columns) == ([[1, 1], [0, 0], [0, 1]], ["red", "round"])


def test_one_column_of_0_and_1_is_one_label() -> None:
    assert encode({"red": ["1", "0"]}) == ([[1], [0]], ["red"])
    assert encode({"red": ["1", "0"]}, ["0", "1"]) == ([[0, 1], [1, 0]], ["0", "1"])


def test_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UserError, match=r"data\.target_columns: \['long'\] .* no column"):
        encode({"red": ["1"], "round": ["0"]}, ["red", "round", "long"])
    with pytest.raises(UserError, match=r"^row 1: 'red' is '2', not 0 or 1"):
        encode({"red": ["1", "2"], "round": ["0", "0"]})
    with pytest.raises(UserError, match=r"^row 0: \['blue'\] are not in data\.class_names"):
        encode({"labels": ["red;blue"]}, ["red"])
    with pytest.raises(UserError, match=r"^row 0: .*; likewise in 1 more, from row 2 on$"):
        encode({"labels": ["blue", "red", "long"]}, ["red"])
    with pytest.raises(UserError, match=r"^row 0: .*; likewise in 1 more, from row 1 on$"):
        encode({"red": ["2", "3"], "round": ["0", "0"]})
    with pytest.raises(UserError, match="no sample has a label"):
        encode({"labels": [";", " ; "]})
