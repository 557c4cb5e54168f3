"""Numbers: what a batch must hold, and what is measured in the training split."""

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


def test_targets_of_another_form_are_refused_by_name() -> None:
    good = torch.tensor([[0.0, 1.0, 1.0]] * 3)
    inputs, ids = torch.zeros(3, 2), torch.arange(3)
    check_batch(Batch(inputs, good, ids), 3)
    for targets in (good[:, 0], good[:, :1], good.long(), good / 0):
        with pytest.raises(UserError, match=r"data\.dataset_path: targets are .*, not "):
            check_batch(Batch(inputs, targets, ids), 3)


def test_the_scale_is_that_of_the_training_split() -> None:
    targets = torch.tensor([[1.0, 7.0], [3.0, 7.0], [900.0, 8.0]])
    found = describe_targets(targets, torch.tensor([0, 1]), ["a", "b"])
    assert found == {
        "target_mean": pytest.approx([2.0, 7.0]),
        "target_std": pytest.approx([2.0**0.5, 1.0]),  # 1 where all are alike
    }


def test_the_scale_of_one_sample_is_1() -> None:
    found = describe_targets(torch.tensor([[3.0], [5.0]]), torch.tensor([1]), ["a"])
    assert found == {"target_mean": [5.0], "target_std": [1.0]}


def test_small_units_keep_their_scale() -> None:
    targets, train = torch.arange(20.0)[:, None] % 5, torch.arange(20)
    one, other = (describe_targets(targets * unit, train, ["a"]) for unit in (1.0, 1e-9))
    assert [1e9 * x for x in other["target_std"]] == pytest.approx(one["target_std"])


def encode(columns: dict[str, list[Any]]) -> list[list[float]]:
    """Return the numbers of each row."""
    rows = [f"row {i}" for i in range(len(next(iter(columns.values()))))]
    targets, names = encode_targets(None, columns, rows)
    assert names == [*columns]
    return [*targets.tolist()]


def test_columns_hold_numbers() -> None:
    assert encode({"age": ["4", -1], "size": [0.5, "1e3"]}) == [[4, 0.5], [-1, 1000]]


@pytest.mark.parametrize("value", ["old", "", "nan", None])
def test_cells_without_a_number_are_refused_by_row(value: object) -> None:
    with pytest.raises(UserError, match=rf"^row 1: 'age' is {value!r}, not a number"):
        encode({"age": ["1", value]})
    with pytest.raises(
        UserError, match=r"^row 1: .* not a number; likewise in 2 more, from row 2 on$"
    ):
        encode({"age": ["1", value, "x", "y"]})


def test_numbers_that_float32_blurs_are_refused() -> None:
    far = [1e9 + 25 * row for row in range(60)]
    with pytest.raises(UserError, match=r"data\.target_columns \['time'\]: .* subtract"):
        encode({"time": far})
    encode({"time": far[:2]})  # of two, who knows
    encode({"time": [x - 1e9 for x in far]})
    encode({"time": [1e9 + 1] * 60})
    with pytest.raises(UserError, match="rescale"):
        encode({"time": [1e39] * 60})
