"""COCO JSON with masks: what is found, and what is refused."""

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
SQUARE = [[1.0, 2.0, 6.0, 2.0, 6.0, 8.0, 1.0, 8.0]]  # of 5 x 6 pixels
RUNS = {"size": [10, 20], "counts": [0, 100, 100]}  # the left half


def mark(id_: int, category: int, segmentation: Any, *bbox: float, **more: Any) -> dict[str, Any]:
    """Return an annotation of the first image."""
    found = {"id": id_, "image_id": 10, "category_id": category, "bbox": bbox, **more}
    return {**found, "segmentation": segmentation}


def write(folder: Path, *marks: dict[str, Any]) -> DataSettings:
    """Write two images and annotations; return the settings that read them."""
    folder.mkdir(exist_ok=True)
    for number in (1, 2):
        Image.new("L", (20, 10)).save(folder / f"{number}.png")
    content = {"images": IMAGES, "annotations": marks, "categories": CATEGORIES}
    (folder / "_annotations.coco.json").write_text(json.dumps(content))
    return DataSettings(dataset_path=str(folder), input_shape=[3, 20, 40])


def test_objects_have_masks(tmp_path: Path) -> None:
    crowd = mark(2, 7, RUNS, 0, 0, 10, 10, area=50, iscrowd=1)
    samples = load_samples(write(tmp_path, mark(1, 90, SQUARE, 1, 2, 5, 6), crowd))
    assert samples.output_names == ["cat", "dog"]
    table = samples.targets
    assert table.boxes.tolist() == [[1, 2, 6, 8], [0, 0, 10, 10]]
    assert table.labels.tolist() == [1, 0]
    assert table.ignored.tolist() == [0, CROWD]
    assert table.areas.tolist() == [30, 50]  # of the mask, where nobody says
    assert table.findings == []
    first = table[0].to_mask(table[0].masks[0], 20, 10)
    assert first[2:8, 1:6].all()
    assert first.sum() == 30
    masks = samples.read_sample(0).masks[0]  # in an input of 40 x 20
    assert masks[0].sum() == 4 * 30
    assert masks[0, 4:16, 2:12].all()
    assert masks[1, :, :20].all()
    assert not masks[1, :, 20:].any()
    assert samples.read_sample(1).masks.sum() == 0


def test_objects_without_a_mask_are_named(tmp_path: Path) -> None:
    marks = [
        mark(1, 7, [], 1, 1, 2, 2),
        mark(2, 7, {"size": [20, 10], "counts": [200]}, 1, 1, 2, 2),
        mark(3, 7, SQUARE, 1, 2, 5, 6),
    ]
    samples = load_samples(write(tmp_path, *marks))
    place = "_annotations.coco.json annotation"
    assert {*samples.broken} == {f"{place} 1", f"{place} 2"}
    assert "has no segmentation" in samples.broken[f"{place} 1"]
    assert "[20, 10], not [10, 20]" in samples.broken[f"{place} 2"]
    assert len(samples.targets.labels) == 1


def test_a_box_beside_its_mask_is_a_finding(tmp_path: Path) -> None:
    marks = [mark(1, 7, SQUARE, 1, 2, 5, 6), mark(2, 7, SQUARE, 1, 2, 5, 2)]
    [finding] = load_samples(write(tmp_path, *marks)).targets.findings
    assert finding.place == "_annotations.coco.json annotation 2"
    assert "[1, 2, 6, 4], and its mask's [1, 2, 6, 8]" in finding.problem


def test_other_data_are_refused(tmp_path: Path) -> None:
    (tmp_path / "data.yaml").write_text("")
    with pytest.raises(UserError, match=r"data\.dataset_path: .*data\.yaml looks like YOLO"):
        load_samples(DataSettings(dataset_path=str(tmp_path)))
