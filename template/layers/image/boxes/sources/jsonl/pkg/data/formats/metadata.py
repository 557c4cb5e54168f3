"""Lines of metadata.jsonl, as Hugging Face's image folders have them: one image and its objects.

`{"file_name": "1.jpg", "objects": {"bbox": [[x, y, width, height]], "category": [0]}}`
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ...engine.errors import UserError
from .annotated_sizes import as_size
from .annotation_files import refuse, split_of
from .xywh import as_area

WANTED = "metadata.jsonl, beside images or in the folders train, validation and test"
FILE = "metadata.jsonl"
CATEGORIES = ("category", "categories", "label", "labels")


class Line(NamedTuple):
    """A line: an image, and M objects in it."""

    file_name: str
    image_id: int | str
    size: tuple[int, int]  # width and height; 0: not known
    boxes: list[Any]  # M
    categories: list[int | str]  # M
    areas: list[float]  # M in pixels; 0: not known
    crowd: list[bool]  # M


def find_files(path: Path) -> dict[Path, str]:
    """Return the split of each file at `path`, a file or a folder; "" where it is not said.

    Raises:
        UserError: there is none, or two are of one split.
    """
    if path.is_file() and path.suffix.lower() == ".jsonl":
        return {path: ""}
    if not path.is_dir():
        raise refuse(path, "jsonl", WANTED)
    files = [x / FILE for x in sorted(path.iterdir()) if split_of(x.name) and (x / FILE).is_file()]
    found = {file: split_of(file.parent.name) for file in files}
    if len({*found.values()}) < len(found):
        problem = f"{path} has two folders of one split: {[x.parent.name for x in found]}"
        raise UserError(f"data.dataset_path: {problem}: move one of them elsewhere")
    if (path / FILE).is_file():
        found = found or {path / FILE: ""}
    if not found:
        raise refuse(path, "jsonl", WANTED)
    return found


def parse(text: str) -> Line:
    """Return what a line says.

    Raises:
        ValueError: it is no JSON, or not of an image with objects.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ValueError(f"no JSON: {error}") from None
    name = content.get("file_name") if isinstance(content, dict) else None
    if not isinstance(name, str) or not name:
        raise ValueError("it has no file_name")
    columns = as_columns(content.get("objects"))
    boxes = columns.get("bbox")
    categories = next((columns[key] for key in CATEGORIES if key in columns), None)
    if boxes is None or categories is None:
        raise ValueError("its objects need bbox and category, which are empty where there are none")
    if len(boxes) != len(categories):
        raise ValueError(f"boxes: {len(boxes)}, but categories: {len(categories)}")
    if not all(isinstance(each, int | str) for each in categories):
        raise ValueError(f"categories {categories} are neither numbers nor names")
    image_id = content.get("image_id")
    return Line(
        name.replace("\\", "/"),
        image_id if isinstance(image_id, int | str) else name,
        as_size(content.get("width"), content.get("height")),
        boxes,
        categories,
        [as_area(area) for area in column(columns, "area", len(boxes))],
        [bool(each) for each in column(columns, "iscrowd", len(boxes))],
    )


def as_columns(objects: Any) -> Mapping[str, list[Any]]:
    """Return objects, a list of them or of their columns, as columns."""
    if isinstance(objects, list) and all(isinstance(each, dict) for each in objects):
        keys = {key for each in objects for key in each} or {"bbox", "category"}
        return {key: [each.get(key) for each in objects] for key in keys}
    found = objects if isinstance(objects, dict) else {}
    return {key: values for key, values in found.items() if isinstance(values, list)}


def column(columns: Mapping[str, list[Any]], key: str, count: int) -> list[Any]:
    """Return a column that need not be there, with 0 in its place."""
    values = columns.get(key, [])
    return values if len(values) == count else [0] * count
