"""A data set in the format of Hugging Face: what is found, and what is refused."""

from pathlib import Path
from typing import Any

import datasets
import pytest

from pkg.data.settings import DataSettings
from pkg.data.source import load_rows
from pkg.engine.errors import UserError

FEATURES: dict[str, Any] = {
    "tokens": datasets.List(datasets.Value("string")),
    "ner_tags": datasets.List(datasets.ClassLabel(names=["O", "B-X"])),
}
ROWS: dict[str, list[Any]] = {"tokens": [["a", "b"], ["c"]], "ner_tags": [[0, 1], [-1]]}
WANTED: dict[str, list[Any]] = {"tokens": [["a", "b"], ["c"]], "ner_tags": [["O", "B-X"], [None]]}


def save(folder: Path, *splits: str) -> DataSettings:
    """Save the rows for each split; return the settings that read them."""
    rows = datasets.Dataset.from_dict(ROWS, datasets.Features(FEATURES))
    datasets.DatasetDict(dict.fromkeys(splits, rows)).save_to_disk(folder)
    return DataSettings(dataset_path=str(folder))


def test_rows_come_as_they_are_written(tmp_path: Path) -> None:
    found = load_rows(save(tmp_path, "train"))
    assert found.columns == WANTED
    assert found.places == [f"{tmp_path} train row 1", f"{tmp_path} train row 2"]
    assert found.given is None


def test_splits_are_kept(tmp_path: Path) -> None:
    found = load_rows(save(tmp_path, "train", "validation", "unsupervised"))
    assert found.given == ["train", "train", "val", "val"]


def test_another_split_is_no_train(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.dataset_path: .* has no split train"):
        load_rows(save(tmp_path, "test"))


def test_out_of_reach_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(name: str, chosen: str | None) -> None:
        raise ConnectionError("no network in tests")

    monkeypatch.setattr(datasets, "load_dataset", offline)
    with pytest.raises(UserError, match=r"data\.dataset_path: .* needs a network"):
        load_rows(DataSettings(dataset_path="somebody/texts"))
