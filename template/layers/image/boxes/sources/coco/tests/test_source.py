"""COCO JSON: what is found, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pkg.boxes import CROWD
from pkg.data.settings import DataSettings
from pkg.data.source import load_samples
from pkg.engine.errors import UserError

CATEGORIES = [{"id": 7, "name": "cat"}, {"id": 90, "name": "dog"}]
IMAGES = [
    {"id": 10, "file_name": "1.png", "width": 20, "height": 10},
    {"id": 20, "file_name": "2.png", "width": 20, "height": 10},
]


def mark(id_: int, category: int, *bbox: float, **more: Any) -> dict[str, Any]:
    """Return an annotation of the first image."""
    return {"id": id_, "image_id": 10, "category_id": category, "bbox": bbox, **more}


def write(folder: Path, *marks: dict[str, Any]) -> DataSettings:
    """Write two images and annotations; return the settings that read them."""
    folder.mkdir(exist_ok=True)
    for number in (1, 2):
        Image.new("L", (20, 10)).save(folder / f"{number}.png")
    content = {"images": IMAGES, "annotations": marks, "categories": CATEGORIES}
    (folder / "_annotations.coco.json").write_text(json.dumps(content))
    return DataSettings(dataset_path=str(folder), input_shape=[3, 20, 40])


def test_boxes_are_found(tmp_path: Path) -> None:
    crowd = mark(2, 7, 0, 0, 20, 10, area=50, iscrowd=1)
    samples = load_samples(write(tmp_path, mark(1, 90, 1, 2, 5, 6), crowd))
    assert samples.names == ["1.png", "2.png"]
    assert samples.output_names == ["cat", "dog"]
    table = samples.targets
    assert table.boxes.tolist() == [[1, 2, 6, 8], [0, 0, 20, 10]]
    assert table.labels.tolist() == [1, 0]
    assert table.ignored.tolist() == [0, CROWD]
    assert table.areas.tolist() == [30, 50]
    assert table.counts.tolist() == [2, 0]
    assert table.category_ids == [7, 90]
    sample = samples.read_sample(0)
    assert sample.boxes[0, 0].tolist() == [2, 4, 12, 16]  # in an input of 40 x 20


def test_folders_give_the_splits(tmp_path: Path) -> None:
    for name in ("train", "valid"):
        write(tmp_path / name, mark(1, 7, 1, 1, 2, 2))
    samples = load_samples(DataSettings(dataset_path=str(tmp_path)))
    assert samples.names == ["train/1.png", "train/2.png", "valid/1.png", "valid/2.png"]
    assert samples.given == ["train", "train", "val", "val"]


def test_what_cannot_be_learnt_is_named(tmp_path: Path) -> None:
    settings = write(tmp_path, mark(1, 7, 1, 1, 0, 2), mark(2, 8, 1, 1, 2, 2))
    broken = load_samples(settings).broken
    place = "_annotations.coco.json annotation"
    assert "(1, 1) to (1, 3) has no area" in broken[f"{place} 1"]
    assert "category_id 8 is of no category" in broken[f"{place} 2"]


def test_other_data_are_refused(tmp_path: Path) -> None:
    (tmp_path / "data.yaml").write_text("")
    with pytest.raises(UserError, match=r"data\.dataset_path: .*data\.yaml looks like YOLO"):
        load_samples(DataSettings(dataset_path=str(tmp_path)))
