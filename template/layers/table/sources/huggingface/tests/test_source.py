"""A table in the format of Hugging Face: what is found, and what is refused."""

from pathlib import Path

import datasets
import pytest

from pkg.data.settings import DataSettings
from pkg.data.source import load_frame
from pkg.engine.errors import UserError


def test_rows_come_with_the_names_of_classes(tmp_path: Path) -> None:
    kinds = {"area": datasets.Value("float32"), "kind": datasets.ClassLabel(names=["a", "b"])}
    rows = {"area": [1.0, 2.0, 3.0], "kind": [1, 0, -1]}
    split = datasets.Dataset.from_dict(rows, datasets.Features(kinds))
    datasets.DatasetDict(train=split).save_to_disk(tmp_path)
    frame = load_frame(DataSettings(dataset_path=str(tmp_path)))
    assert frame["kind"].tolist()[:2] == ["b", "a"]
    assert frame["kind"].isna().tolist() == [False, False, True]
    assert list(frame.index) == [1, 2, 3]


def test_another_split_is_no_train(tmp_path: Path) -> None:
    split = datasets.Dataset.from_dict({"area": [1.0]})
    datasets.DatasetDict(test=split).save_to_disk(tmp_path)
    with pytest.raises(UserError, match=r"data\.dataset_path: .* has no split train"):
        load_frame(DataSettings(dataset_path=str(tmp_path)))


def test_out_of_reach_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(name: str) -> None:
        raise ConnectionError("no network in tests")

    monkeypatch.setattr(datasets, "load_dataset", offline)
    with pytest.raises(UserError, match=r"data\.dataset_path: .* needs a network"):
        load_frame(DataSettings(dataset_path="somebody/houses"))
