"""What a prediction says, and the files of predictions."""

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from marked import make_table
from samples import make_info

from pkg.boxes import Detections
from pkg.engine.errors import UserError
from pkg.task.predictions import (
    FORMATS,
    answer,
    check_image_ids,
    number_of,
    write_detections,
)
from pkg.task.settings import OUTPUTS

INFO = make_info(["cat", "dog"])  # with the numbers 1 and 2 in files
FOUND = Detections(
    torch.tensor([[1.0, 2, 4, 8], [0, 0, 5, 5], [3, 3, 4, 4], [0, 0, 0, 0]]).double(),
    torch.tensor([0.9, 0.5, 0.2, 0.0], dtype=torch.float64),
    torch.tensor([1, 0, 1, -1]),
)
RECORDS: list[dict[str, Any]] = [
    {"input": "here/000000000139.jpg", **answer(FOUND, INFO)},
    {"input": "none.png", "objects": []},
    {"input": "bad.png", "error": "no image"},
]


def test_objects_that_are_sure_enough_are_named() -> None:
    dog = {"label": "dog", "score": 0.9, "box": [1.0, 2.0, 4.0, 8.0]}
    cat = {"label": "cat", "score": 0.5, "box": [0.0, 0.0, 5.0, 5.0]}
    for threshold, objects in ((0.6, [dog]), (0.5, [dog, cat]), (0.95, []), (math.nan, [dog, cat])):
        info = replace(INFO, validation={"val_threshold": threshold})
        assert answer(FOUND, info) == {"objects": objects}
    assert answer(FOUND, INFO) == {"objects": [dog, cat]}  # where nobody has validated


def test_padding_is_no_object() -> None:
    info = replace(INFO, validation={"val_threshold": 0.0})
    assert len(answer(FOUND, info)["objects"]) == 3


def test_csv_has_a_row_for_each_object() -> None:
    FORMATS[".csv"](RECORDS, Path("found.csv"), INFO)
    with open("found.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["input"] for row in rows] == [RECORDS[0]["input"]] * 2 + ["none.png", "bad.png"]
    assert rows[0] | {"error": ""} == {
        **{"input": RECORDS[0]["input"], "label": "dog", "score": "0.9", "error": ""},
        **{"x1": "1.0", "y1": "2.0", "x2": "4.0", "y2": "8.0"},
    }
    assert (rows[2]["label"], rows[3]["error"]) == ("", "no image")
    FORMATS[".csv"](RECORDS[1:2], Path("none.csv"), INFO)
    assert Path("none.csv").read_text().split()[0] == "input,label,score,x1,y1,x2,y2"


def test_json_has_coco_s_results() -> None:
    FORMATS[".json"](RECORDS, Path("found.json"), INFO)
    dog, cat = json.loads(Path("found.json").read_text())
    assert dog == {"image_id": 139, "category_id": 2, "bbox": [1.0, 2.0, 3.0, 6.0], "score": 0.9}
    assert cat["category_id"] == 1


@pytest.mark.parametrize(
    ("name", "number"),
    [("a/000139.jpg", 139), ("b12.png", "b12.png"), ("x/\u00b2.png", "\u00b2.png")],
)
def test_a_name_may_be_a_number(name: str, number: object) -> None:
    assert number_of(name) == number


def test_all_detections_in_a_data_set_have_its_own_numbers() -> None:
    outputs = Detections(*(values[None] for values in FOUND))
    write_detections(outputs, torch.tensor([3]), make_table(range(5)), Path("found.json"))
    results = json.loads(Path("found.json").read_text())
    assert [each["category_id"] for each in results] == [3, 7, 3]
    assert {each["image_id"] for each in results} == {1003}
    assert results[0]["bbox"] == [1.0, 2.0, 3.0, 6.0]


def test_images_of_one_number_are_refused_by_name() -> None:
    table, names = make_table(range(5)), [f"{number}.png" for number in range(5)]
    table.image_ids[4] = table.image_ids[1]  # as two files of annotations may have it
    check_image_ids(torch.tensor([0, 1, 2]), table, names)
    with pytest.raises(
        UserError, match=r"^--predictions: 1\.png and 4\.png have the same id, 1001"
    ):
        check_image_ids(torch.arange(5), table, names)


def test_help_names_every_format() -> None:
    assert all(suffix in OUTPUTS for suffix in FORMATS)
