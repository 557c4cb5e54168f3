"""What the outputs for one image say, in words and plain numbers; files of that."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from ..boxes import Detections
from ..data.info import DataInfo
from ..data.objects import ObjectTable
from ..records import Record, Writer, as_csv, write, write_lines

MIN_SCORE = 0.3  # of an object where no validation has found the best
COLUMNS = ("label", "score", "x1", "y1", "x2", "y2")  # of an object in CSV


def answer(outputs: Detections, info: DataInfo) -> dict[str, Any]:
    """Return the objects in an image that are sure enough, the surest first.

    Args:
        outputs: Detections of one image: boxes [D, 4] in pixels of the file, scores, labels [D].
        info: What knows the names of the classes, and the score of the best F1 in the validation.
    """
    there = (outputs.labels >= 0) & (outputs.scores >= min_score(info))  # [D]
    boxes, scores, labels = (values[there].tolist() for values in outputs)
    return {
        "objects": [
            {"label": info.output_names[label], "score": score, "box": box}
            for box, score, label in zip(boxes, scores, labels, strict=True)
        ]
    }


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
    write(path, as_csv(rows).encode(errors="surrogateescape"))


def write_coco(records: Sequence[Record], path: Path, info: DataInfo) -> None:
    """Write the results that COCO's tools read; an image has the number that it is called."""
    numbers = dict(zip(info.output_names, info.targets["category_ids"], strict=True))
    results = [
        result(number_of(record["input"]), numbers[found["label"]], found["box"], found["score"])
        for record in records
        for found in record.get("objects", [])
    ]
    write(path, (json.dumps(results) + "\n").encode())


def number_of(name: str) -> int | str:
    """Return the number that an image is called, such as 000000000139.jpg, or else its name."""
    path = Path(name)
    return int(path.stem) if path.stem.isdecimal() else path.name


def write_detections(outputs: Detections, ids: Tensor, targets: ObjectTable, path: Path) -> None:
    """Write all detections in images of a data set, with its own numbers, as COCO has results.

    Args:
        outputs: Detections [N, D] in pixels of the files.
        ids: The number of each image in the data set, int64 [N].
        targets: What knows the numbers that images and classes have in the files.
        path: The file.
    """
    results = list[Record]()
    for i, *found in zip(ids.tolist(), *(values.tolist() for values in outputs), strict=True):
        for box, score, label in zip(*found, strict=True):
            if label >= 0:
                category = targets.category_ids[label]
                results.append(result(targets.image_ids[i], category, box, score))
    write(path, (json.dumps(results) + "\n").encode())


def result(image: int | str, category: int, box: Sequence[float], score: float) -> Record:
    """Return a detection as COCO has it; its box is x, y, width, height."""
    x1, y1, x2, y2 = box
    bbox = [x1, y1, x2 - x1, y2 - y1]
    return {"image_id": image, "category_id": category, "bbox": bbox, "score": score}


FORMATS: dict[str, Writer] = {".csv": write_rows, ".jsonl": write_lines, ".json": write_coco}
