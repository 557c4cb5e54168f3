"""XML files of Pascal VOC: what is found, and what is refused."""

from pathlib import Path

import pytest
from PIL import Image

from pkg.boxes import DIFFICULT
from pkg.data.settings import DataSettings
from pkg.data.source import load_samples
from pkg.engine.errors import UserError

OBJECT = (
    "<object><name>{}</name><difficult>{}</difficult><bndbox><xmin>{}</xmin><ymin>{}</ymin>"
    "<xmax>{}</xmax><ymax>{}</ymax></bndbox></object>"
)


def write(folder: Path, *objects: tuple[str, int, int, int, int, int]) -> DataSettings:
    """Write an image and its objects; return the settings that read them."""
    for name in ("Annotations", "JPEGImages", "ImageSets/Main"):
        (folder / name).mkdir(parents=True)
    Image.new("L", (20, 10)).save(folder / "JPEGImages/1.png")
    inner = "".join(OBJECT.format(*each) for each in objects)
    size = "<size><width>20</width><height>10</height></size>"
    text = f"<annotation><filename>1.png</filename>{size}{inner}</annotation>"
    (folder / "Annotations/1.xml").write_text(text)
    return DataSettings(dataset_path=str(folder), input_shape=[3, 20, 40])


def test_boxes_are_found(tmp_path: Path) -> None:
    samples = load_samples(write(tmp_path, ("dog", 0, 1, 1, 20, 10), ("cat", 1, 3, 2, 7, 4)))
    assert samples.names == ["JPEGImages/1.png"]
    assert samples.output_names == ["cat", "dog"]
    table = samples.targets
    assert table.boxes.tolist() == [[0, 0, 20, 10], [2, 1, 7, 4]]  # pixels are counted from 1
    assert table.labels.tolist() == [1, 0]
    assert table.ignored.tolist() == [0, DIFFICULT]
    sample = samples.read_sample(0)
    assert sample.boxes[0, 1].tolist() == [4, 2, 14, 8]  # in an input of 40 x 20


def test_lists_give_the_splits(tmp_path: Path) -> None:
    settings = write(tmp_path, ("dog", 0, 1, 1, 20, 10))
    (tmp_path / "Annotations/2.xml").write_text((tmp_path / "Annotations/1.xml").read_text())
    Image.new("L", (20, 10)).save(tmp_path / "JPEGImages/2.png")
    (tmp_path / "ImageSets/Main/train.txt").write_text("2\n")
    (tmp_path / "ImageSets/Main/test.txt").write_text("1\n")
    samples = load_samples(settings)
    assert samples.names == ["JPEGImages/2.png", "JPEGImages/1.png"]
    assert samples.given == ["train", "test"]


def test_what_cannot_be_learnt_is_named(tmp_path: Path) -> None:
    broken = load_samples(write(tmp_path, ("dog", 0, 5, 5, 4, 8))).broken
    assert "(4, 4) to (4, 8) has no area" in broken["Annotations/1.xml object 1"]


def test_other_data_are_refused(tmp_path: Path) -> None:
    (tmp_path / "data.yaml").write_text("")
    with pytest.raises(UserError, match=r"data\.dataset_path: .*data\.yaml looks like YOLO"):
        load_samples(DataSettings(dataset_path=str(tmp_path)))
