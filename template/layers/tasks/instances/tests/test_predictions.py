"""What a prediction says, and the files of predictions."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from marked import make_table
from pycocotools import mask as coco_mask
from samples import make_info

from pkg.fields import each
from pkg.task.found import Outputs
from pkg.task.predictions import (
    FORMATS,
    answer,
    write_detections,
)
from pkg.task.settings import OUTPUTS

INFO = make_info(["cat", "dog"])  # with the numbers 1 and 2 in files
WHOLE, UPPER = [[255, 255], [255, 255]], [[255, 255], [0, 0]]
FOUND = Outputs(  # in one image of 8 x 10 pixels
    boxes=torch.tensor([[[1.0, 2, 5, 8], [0, 0, 5, 4], [3, 3, 4, 4], [0, 0, 0, 0]]]),
    scores=torch.tensor([[0.9, 0.5, 0.2, 0.0]]),
    labels=torch.tensor([[1, 0, 1, -1]]),
    masks=torch.tensor([[WHOLE, UPPER, WHOLE, WHOLE]], dtype=torch.uint8),
    sizes=torch.tensor([[8, 10]]),
    pixels=torch.zeros(1, 4).long(),
    areas=torch.zeros(1, 4),
    shared=torch.zeros(1, 4, 0).long(),
)
[ONE] = each(FOUND)
RECORDS: list[dict[str, Any]] = [
    {"input": "here/000000000139.jpg", **answer(ONE, INFO)},
    {"input": "none.png", "objects": []},
    {"input": "bad.png", "error": "no image"},
]


def pixels_of(segmentation: dict[str, Any]) -> set[tuple[int, int]]:
    """Return x and y of the pixels in a mask."""
    rows, columns = coco_mask.decode(segmentation).nonzero()
    return {*zip(columns.tolist(), rows.tolist(), strict=True)}


def rectangle(x1: int, y1: int, x2: int, y2: int) -> set[tuple[int, int]]:
    """Return x and y of the pixels in a box."""
    return {(x, y) for x in range(x1, x2) for y in range(y1, y2)}


def test_objects_that_are_sure_enough_have_masks_of_the_file_s_size() -> None:
    dog, cat = answer(ONE, INFO)["objects"]
    assert (dog["label"], dog["box"], dog["score"]) == ("dog", [1, 2, 5, 8], float(ONE.scores[0]))
    assert cat["label"] == "cat"
    assert dog["segmentation"]["size"] == [10, 8]
    assert pixels_of(dog["segmentation"]) == rectangle(1, 2, 5, 8)
    assert pixels_of(cat["segmentation"]) == rectangle(0, 0, 5, 2)
    info = replace(INFO, validation={"val_threshold": 0.6})
    assert answer(ONE, info) == {"objects": [dog]}


def test_a_line_of_json_has_everything() -> None:
    FORMATS[".jsonl"](RECORDS, Path("found.jsonl"), INFO)
    assert [json.loads(line) for line in Path("found.jsonl").read_text().splitlines()] == RECORDS


def test_csv_has_a_row_for_each_object() -> None:
    FORMATS[".csv"](RECORDS, Path("found.csv"), INFO)
    with open("found.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["label"] for row in rows] == ["dog", "cat", "", ""]
    assert [rows[0][name] for name in ("x1", "y1", "x2", "y2")] == ["1.0", "2.0", "5.0", "8.0"]
    assert "segmentation" not in rows[0]


def test_json_has_coco_s_results() -> None:
    FORMATS[".json"](RECORDS, Path("found.json"), INFO)
    dog, cat = json.loads(Path("found.json").read_text())
    assert dog == {
        "image_id": 139,
        "category_id": 2,
        "bbox": [1.0, 2.0, 4.0, 6.0],
        "score": float(ONE.scores[0]),
        "segmentation": RECORDS[0]["objects"][0]["segmentation"],
    }
    assert cat["category_id"] == 1


def test_all_detections_in_a_data_set_have_its_own_numbers() -> None:
    write_detections(FOUND, torch.tensor([3]), make_table(range(5)), Path("found.json"))
    results = json.loads(Path("found.json").read_text())
    assert [each["category_id"] for each in results] == [3, 7, 3]
    assert {each["image_id"] for each in results} == {1003}
    assert pixels_of(results[2]["segmentation"]) == {(3, 3)}


def test_help_names_every_format() -> None:
    assert all(suffix in OUTPUTS for suffix in FORMATS)
