"""Classes: what a batch must hold, and what is counted in the training split."""

import pytest
import torch

from pkg.batch import Batch
from pkg.engine.errors import UserError
from pkg.task.targets import check_batch, describe_targets

TARGETS = torch.tensor([0, 1, 1, 2, 2, 0])


def test_targets_of_another_form_are_refused_by_name() -> None:
    wrong = [torch.tensor([0, 1, 3]), torch.tensor([0, -1, 2])]
    wrong += [torch.tensor([[0], [1], [2]]), torch.tensor([0.0, 1.0, 2.0])]
    inputs, ids = torch.zeros(3, 2), torch.arange(3)
    check_batch(Batch(inputs, torch.tensor([0, 1, 2]), ids), 3)
    for targets in wrong:
        with pytest.raises(UserError, match=r"data\.dataset_path: targets are .*, not "):
            check_batch(Batch(inputs, targets, ids), 3)


def test_classes_are_counted_in_the_training_split() -> None:
    found = describe_targets(TARGETS, torch.tensor([1, 2, 3]), ["a", "b", "c"])
    assert found == {"num_train": 3, "class_counts": [0, 2, 1]}


#: if from_columns
def encode(*labels: object, class_names: list[str] | None = None) -> tuple[list[int], list[str]]:
    """Return the classes of a column, and their names."""
    from types import SimpleNamespace

    from pkg.task.targets import encode_targets

    settings, rows = SimpleNamespace(class_names=class_names), [f"row {i}" for i in range(9)]
    targets, names = encode_targets(settings, {"kind": [*labels]}, rows[: len(labels)])
    return targets.tolist(), names


def test_a_column_names_classes() -> None:
    assert encode("rose", " iris ", "rose") == ([1, 0, 1], ["iris", "rose"])
    assert encode("b", "a", class_names=["b", "a", "c"]) == ([0, 1], ["b", "a", "c"])
    assert encode(1, 0, 1) == ([1, 0, 1], ["0", "1"])


def test_cells_that_name_no_class_are_refused_by_row() -> None:
    with pytest.raises(UserError, match=r"^row 1: the class is missing"):
        encode("rose", "")
    with pytest.raises(UserError, match=r"^row 1: 'tulip' is not a class of data\.class_names"):
        encode("rose", "tulip", class_names=["rose"])
    with pytest.raises(UserError, match=r"^row 0: 'x' .*; likewise in 3 more, from row 1 on$"):
        encode("x", "y", "x", "a", "", class_names=["a"])


def test_one_column_names_the_class() -> None:
    from types import SimpleNamespace

    from pkg.task.targets import encode_targets

    with pytest.raises(UserError, match=r"data\.target_columns: one column names the class"):
        encode_targets(SimpleNamespace(class_names=None), {"a": ["x"], "b": ["y"]}, ["row 0"])


#: endif
def test_one_class_and_a_class_without_samples_are_refused() -> None:
    every = torch.arange(6)
    with pytest.raises(UserError, match=r"data\.dataset_path: two classes or more.* d 0$"):
        describe_targets(TARGETS, every, ["a", "b", "c", "d"])
    with pytest.raises(UserError, match=r"data\.dataset_path: two classes or more.* a 6$"):
        describe_targets(torch.zeros(6, dtype=torch.int64), every, ["a"])
