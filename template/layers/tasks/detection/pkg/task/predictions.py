"""What the outputs for one image say, in words and plain numbers; files of that."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from ..data.formats.image_files import shown
from ..data.info import DataInfo
from ..data.objects import ObjectTable
from ..engine.errors import UserError
from ..fields import each
from ..records import Record, Writer, write, write_csv, write_lines
from .found import Outputs, list_objects

MIN_SCORE = 0.3  # of an object where no validation has found the best
COLUMNS = ("label", "score", "x1", "y1", "x2", "y2")  # of an object in CSV


def answer(outputs: Outputs, info: DataInfo) -> dict[str, Any]:
    """Return the objects in an image that are sure enough, the surest first.

    Args:
        outputs: What was found in one image.
        info: What knows the names of the classes, and the score of the best F1 in the validation.
    """
    shown = (outputs.labels >= 0) & (outputs.scores >= min_score(info))  # [D]
    found = list_objects(outputs, shown)
    return {"objects": [{"label": info.output_names[label], **one} for label, one in found]}


def min_score(info: DataInfo) -> float:
    """Return the score that an object needs: that of the best F1 in the validation."""
    best = info.validation.get("val_threshold", math.nan)
    return MIN_SCORE if math.isnan(best) else best


def write_rows(records: Sequence[Record], path: Path, info: DataInfo) -> None:
    """Write CSV with a row for each object; an image without any has one of its name alone."""
    rows = list[Record]()
    for record in records:
        others = {key: value for key, value in record.items() if key != "objects"}
        for found in record.get("objects", ()):
            values = (found["label"], found["score"], *found["box"])
            rows.append(others | dict(zip(COLUMNS, values, strict=True)))
        if not record.get("objects"):
            rows.append({"input": record["input"], **dict.fromkeys(COLUMNS, ""), **others})
    write_csv(rows, path, info)


def write_coco(records: Sequence[Record], path: Path, info: DataInfo) -> None:
    """Write the results that COCO's tools read; an image has the number that it is called."""
    numbers = dict(zip(info.output_names, info.targets["category_ids"], strict=True))
    results = [
        result(number_of(record["input"]), numbers[found["label"]], found)
        for record in records
        for found in record.get("objects", [])
    ]
    write(path, (json.dumps(results) + "\n").encode())


def number_of(name: str) -> int | str:
    """Return the number that an image is called, such as 000000000139.jpg, or else its name."""
    path = Path(name)
    return int(path.stem) if path.stem.isdecimal() else path.name


def check_image_ids(ids: Tensor, targets: ObjectTable, names: Sequence[str]) -> None:
    """Look whether each image of a split has a number of its own, so that results tell them apart.

    Files for each split may number their images alike, and then `--split all` cannot do.

    Args:
        ids: The number of each image in the data set, int64 [N].
        targets: What knows the numbers that images have in the files.
        names: Of all images of the data set.

    Raises:
        UserError: two of them have the same number.
    """
    first: dict[int | str, int] = {}
    for i in ids.tolist():
        other = first.setdefault(targets.image_ids[i], i)
        if other != i:
            both = f"{shown(names[other])} and {shown(names[i])}"
            problem = f"{both} have the same id, {targets.image_ids[i]}"
            remedy = "evaluate one split at a time, as --split test, or number images through"
            raise UserError(f"--predictions: {problem}: {remedy}")


def write_detections(outputs: Outputs, ids: Tensor, targets: ObjectTable, path: Path) -> None:
    """Write all detections in images of a data set, with its own numbers, as COCO has results.

    Args:
        outputs: What was found in N images.
        ids: The number of each image in the data set, int64 [N].
        targets: What knows the numbers that images and classes have in the files.
        path: The file.
    """
    results = [
        result(targets.image_ids[i], targets.category_ids[label], found)
        for i, one in zip(ids.tolist(), each(outputs), strict=True)
        for label, found in list_objects(one, one.labels >= 0)
    ]
    write(path, (json.dumps(results) + "\n").encode())


def result(image: int | str, category: int, found: Record) -> Record:
    """Return what was found as COCO has it: its box is x, y, width, height."""
    x1, y1, x2, y2 = found["box"]
    others = {key: value for key, value in found.items() if key not in ("label", "box")}
    bbox = [x1, y1, x2 - x1, y2 - y1]
    return {"image_id": image, "category_id": category, "bbox": bbox, **others}


FORMATS: dict[str, Writer] = {".csv": write_rows, ".jsonl": write_lines, ".json": write_coco}
