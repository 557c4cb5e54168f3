"""metadata.jsonl: what is found, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pkg.data.settings import DataSettings
from pkg.data.source import load_samples
from pkg.engine.errors import UserError


def write(folder: Path, boxes: Any, categories: Any) -> DataSettings:
    """Write an image and its objects; return the settings that read them."""
    folder.mkdir(exist_ok=True)
    Image.new("L", (20, 10)).save(folder / "1.png")
    row = {"file_name": "1.png", "objects": {"bbox": boxes, "category": categories}}
    (folder / "metadata.jsonl").write_text(json.dumps(row))
    return DataSettings(dataset_path=str(folder), input_shape=[3, 20, 40])


def test_boxes_are_found(tmp_path: Path) -> None:
    boxes = [[1, 2, 5, 6], [0, 0, 20, 10]]
    samples = load_samples(write(tmp_path, boxes, ["dog", "cat"]))
    assert samples.names == ["1.png"]
    assert samples.output_names == ["cat", "dog"]
    table = samples.targets
    assert table.boxes.tolist() == [[1, 2, 6, 8], [0, 0, 20, 10]]
    assert table.labels.tolist() == [1, 0]
    sample = samples.read_sample(0)
    assert sample.boxes[0, 0].tolist() == [2, 4, 12, 16]  # in an input of 40 x 20


def test_folders_give_the_splits(tmp_path: Path) -> None:
    for name in ("train", "validation"):
        write(tmp_path / name, [[1, 2, 5, 6]], [3])
    samples = load_samples(DataSettings(dataset_path=str(tmp_path)))
    assert samples.names == ["train/1.png", "validation/1.png"]
    assert samples.given == ["train", "val"]
    assert (samples.output_names, samples.targets.category_ids) == (["3"], [3])


def test_what_cannot_be_learnt_is_named(tmp_path: Path) -> None:
    broken = load_samples(write(tmp_path, [[1, 1, 0, 2], [1, 1, 2, 2]], [0, 0])).broken
    assert "(1, 1) to (1, 3) has no area" in broken["metadata.jsonl line 1 object 1"]


def test_other_data_are_refused(tmp_path: Path) -> None:
    (tmp_path / "data.yaml").write_text("")
    with pytest.raises(UserError, match=r"data\.dataset_path: .*data\.yaml looks like YOLO"):
        load_samples(DataSettings(dataset_path=str(tmp_path)))
