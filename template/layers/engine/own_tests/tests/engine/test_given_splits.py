"""Splits that the data say themselves, and those that they lack."""

from collections import Counter
from pathlib import Path

import pytest
import torch

from pkg.engine.data.splits import split
from pkg.engine.errors import UserError

FRACTIONS = [0.7, 0.2, 0.1]
NAMES = [f"{number}.png" for number in range(100)]


def labels(given: list[str], manifest: Path | None = None) -> list[str]:
    """Return the split of each sample."""
    parts = split(NAMES[: len(given)], FRACTIONS, 0, manifest=manifest, given=given)
    found = {int(i): name for name, ids in zip("abc", parts, strict=True) for i in ids}
    return [{"a": "train", "b": "val", "c": "test"}[found[i]] for i in range(len(given))]


@pytest.mark.parametrize("kept", [True, False])
def test_what_the_data_say_counts(tmp_path: Path, kept: bool) -> None:
    manifest = tmp_path / "splits.csv" if kept else None
    given = ["train", "test", "val", "train"] * 20
    assert labels(given, manifest) == given
    assert labels(given, manifest) == given


def test_a_split_that_they_lack_is_drawn_from_those_that_train(tmp_path: Path) -> None:
    given = ["train"] * 50 + ["test"] * 30
    found = labels(given, tmp_path / "splits.csv")
    assert Counter(found) == {"train": 40, "val": 10, "test": 30}  # a fifth of the fifty
    assert found[50:] == given[50:]
    assert labels(given, tmp_path / "splits.csv") == found


def test_new_samples_follow_the_data(tmp_path: Path) -> None:
    manifest, given = tmp_path / "splits.csv", ["train"] * 50 + ["test"] * 30
    before = labels(given, manifest)
    assert labels([*given, "test", "train"], manifest) == [*before, "test", "train"]


def test_each_class_has_its_fraction_of_what_is_drawn() -> None:
    targets, given = torch.arange(100) % 2, ["train"] * 80 + ["test"] * 20
    _, val, _ = split(NAMES, FRACTIONS, 0, targets, given=given)
    assert targets[val].bincount().tolist() == [8, 8]


def test_without_samples_that_train_nothing_can_be_drawn() -> None:
    with pytest.raises(UserError, match="leaves a split empty"):
        split(NAMES, FRACTIONS, 0, given=["test"] * 100)
