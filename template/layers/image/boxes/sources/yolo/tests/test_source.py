"""YOLO labels: what is found, and what is refused."""

from pathlib import Path

import pytest
from PIL import Image

from pkg.data.settings import DataSettings
from pkg.data.source import load_samples
from pkg.engine.errors import UserError


def write(folder: Path, *lines: str) -> DataSettings:
    """Write an image of each split and labels of the first; return the settings that read them."""
    for split in ("train", "val"):
        (folder / "images" / split).mkdir(parents=True)
        Image.new("L", (20, 10)).save(folder / "images" / split / "1.png")
    (folder / "labels/train").mkdir(parents=True)
    (folder / "labels/train/1.txt").write_text("\n".join(lines))
    text = "train: images/train\nval: images/val\nnames: [cat, dog]\n"
    (folder / "data.yaml").write_text(text)
    return DataSettings(dataset_path=str(folder), input_shape=[3, 20, 40])


def test_boxes_are_found(tmp_path: Path) -> None:
    lines = ("1 0.5 0.5 0.5 0.5", "", "0 0 0 1 0 1 1 0 1")  # the last one is a polygon
    samples = load_samples(write(tmp_path, *lines))
    assert samples.names == ["images/train/1.png", "images/val/1.png"]
    assert samples.given == ["train", "val"]
    assert samples.output_names == ["cat", "dog"]
    table = samples.targets
    assert table.boxes.tolist() == [[5, 2.5, 15, 7.5], [0, 0, 20, 10]]
    assert table.labels.tolist() == [1, 0]
    assert table.counts.tolist() == [2, 0]
    sample = samples.read_sample(0)
    assert sample.boxes[0, 0].tolist() == [10, 5, 30, 15]  # in an input of 40 x 20


def test_what_cannot_be_learnt_is_named(tmp_path: Path) -> None:
    broken = load_samples(write(tmp_path, "0 10 5 4 4", "", "2 0.5 0.5 1 1")).broken
    assert "values look like pixels" in broken["labels/train/1.txt line 1"]
    assert "there is no class 2: data.yaml names 2, from 0" in broken["labels/train/1.txt line 3"]


def test_other_data_are_refused(tmp_path: Path) -> None:
    (tmp_path / "instances.json").write_text("{}")
    with pytest.raises(UserError, match=r"data\.dataset_path: .*instances\.json looks like COCO"):
        load_samples(DataSettings(dataset_path=str(tmp_path)))
