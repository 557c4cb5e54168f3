"""A data set in the format of Hugging Face: what is found, and what is refused."""

from pathlib import Path
from typing import Any

import datasets
import pytest
import torch
from expected import KIND
from PIL import Image

from pkg.data.settings import DataSettings
from pkg.data.source import load_samples
from pkg.engine.errors import UserError

# Of each kind of targets: the type of a column, its cells, the targets and the names of outputs.
COLUMNS: dict[str, tuple[Any, list[Any], list[Any], list[str]]] = {
    "classes": (
        datasets.ClassLabel(names=["rose", "iris"]),
        [0, 1, 0],
        [1, 0, 1],
        ["iris", "rose"],
    ),
    "labels": (
        datasets.List(datasets.ClassLabel(names=["a", "b"])),
        [[0, 1], [], [1]],
        [[1.0, 1.0], [0.0, 0.0], [0.0, 1.0]],
        ["a", "b"],
    ),
    "numbers": (
        datasets.Value("float32"),
        [0.5, 2.0, -1.0],
        [[0.5], [2.0], [-1.0]],
        ["answer"],
    ),
}


def save(folder: Path, kind: Any, answers: list[Any]) -> DataSettings:
    """Save one image for each answer; return the settings that read them."""
    features = datasets.Features({"picture": datasets.Image(), "answer": kind})
    rows = {"picture": [Image.new("L", (4, 4)) for _ in answers], "answer": answers}
    split = datasets.Dataset.from_dict(rows, features)
    datasets.DatasetDict(train=split).save_to_disk(folder)
    return DataSettings(dataset_path=str(folder), input_shape=[3, 4, 4])


def test_columns_are_found_by_their_types(tmp_path: Path) -> None:
    kind, answers, wanted, names = COLUMNS[KIND]
    samples = load_samples(save(tmp_path, kind, answers))
    assert samples.targets.equal(torch.tensor(wanted))
    assert samples.output_names == names
    assert len(set(samples.names)) == 3
    assert samples.read(samples.names[2]).size == (4, 4)


def test_columns_without_a_known_type_must_be_named(tmp_path: Path) -> None:
    settings = save(tmp_path, datasets.Value("string"), ["a", "b"])
    with pytest.raises(UserError, match=r"data\.target_columns: .*\['answer'\]"):
        load_samples(settings)


def test_out_of_reach_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(name: str, split: str) -> None:
        raise ConnectionError("no network in tests")

    monkeypatch.setattr(datasets, "load_dataset", offline)
    with pytest.raises(UserError, match=r"data\.dataset_path: .* needs a network"):
        load_samples(DataSettings(dataset_path="somebody/flowers"))
