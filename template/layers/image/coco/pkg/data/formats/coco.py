"""A COCO file: its images, categories and annotations, each by its id.

Ids of categories have gaps, those of annotations may be anything. T annotations.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...engine.errors import UserError
from ..findings import Finding
from .image_files import shown

LEFT_OUT = -2  # in place of an image's number: its record was left out and named
NAMED = 10  # records that a finding names


class Coco(NamedTuple):
    """The parts of a file, as they were parsed."""

    name: str  # of the file, for messages
    images: list[dict[str, Any]]
    annotations: list[dict[str, Any]]
    categories: list[dict[str, Any]]


class Numbered(NamedTuple):
    """The annotations of a file that are of a known image and category."""

    records: list[dict[str, Any]]  # T of `Coco.annotations`
    images: NDArray[np.int64]  # [T] number of the image that each is in
    labels: NDArray[np.int64]  # [T] class from 0
    places: list[str]  # [T] file and id of each, no two the same
    broken: dict[str, str]  # place of a record: why it is left out
    findings: list[Finding]


def read_coco(path: Path, name: str) -> Coco:
    """Parse a file that messages call `name`.

    Raises:
        UserError: it is no JSON, or has no images, annotations and categories.
    """
    place = f"data.dataset_path: {name} ({path.resolve()})"
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(f"{place} is no JSON: {error}") from error
    if isinstance(content, list):
        problem = "is a list, as of results, and no data set with images, annotations, categories"
        raise UserError(f"{place} {problem}")
    parts = list[list[dict[str, Any]]]()
    for key in ("images", "annotations", "categories"):
        part = content.get(key) if isinstance(content, dict) else None
        if not isinstance(part, list) or not all(isinstance(each, dict) for each in part):
            raise UserError(f"{place} is not COCO: it has no list of {key}")
        parts.append(part)
    return Coco(name, *parts)


def read_categories(files: Sequence[Coco]) -> dict[int, str]:
    """Return the names of the categories of all files by their ids, sorted by these.

    A category that only groups others, as exporters add it, is left out. Two of one name are told
    apart by their ids.

    Raises:
        UserError: one lacks its id or name, or an id has two names.
    """
    names, source = dict[int, str](), dict[int, str]()
    for file in files:
        for position, each in enumerate(file.categories):
            id_, name = each.get("id"), each.get("name")
            if not isinstance(id_, int) or not isinstance(name, str | int | float):
                problem = (
                    f"{file.name} categories[{position}] needs a whole number as id, and a name"
                )
                raise UserError(f"data.dataset_path: {problem}")
            if names.setdefault(id_, str(name)) != str(name):
                both = f"{names[id_]!r} in {source[id_]}, but {str(name)!r} in {file.name}"
                raise UserError(f"data.dataset_path: category {id_} is {both}: number them alike")
            source.setdefault(id_, file.name)
    for id_ in find_groups(files, names):
        print(f"note: category {id_}, {shown(names.pop(id_))}, only groups others: it is no class")
    counts = Counter(names.values())
    return {
        id_: name if counts[name] == 1 else f"{name} (id {id_})"
        for id_, name in sorted(names.items())
    }


def find_groups(files: Sequence[Coco], names: Mapping[int, str]) -> list[int]:
    """Return the categories that others name as their supercategory and that no object has."""
    members = defaultdict[Any, set[int]](set)
    for file in files:
        for each in file.categories:
            members[as_key(each.get("supercategory"))].add(each["id"])
    used = {as_key(each.get("category_id")) for file in files for each in file.annotations}
    return [id_ for id_, name in names.items() if members[name] - {id_} and id_ not in used]


def number_annotations(
    file: Coco, images: Mapping[Any, int], classes: Mapping[int, int]
) -> Numbered:
    """Return the annotations of a file with the numbers of their images and classes.

    Args:
        file: Of `read_coco`.
        images: Number of each image by its id, or `LEFT_OUT`.
        classes: Class of each category by its id.
    """
    image = look_up([each.get("image_id") for each in file.annotations], images)
    label = look_up([each.get("category_id") for each in file.annotations], classes)
    places, findings = name_annotations(file)
    broken = {}
    for i in np.flatnonzero((image == -1) | ((label == -1) & (image >= 0))).tolist():
        key, of = ("image_id", "image") if image[i] == -1 else ("category_id", "category")
        value = file.annotations[i].get(key)
        broken[places[i]] = f"{places[i]}: {key} {value!r} is of no {of}"
    kept = np.flatnonzero((image >= 0) & (label >= 0))
    records, named = [file.annotations[i] for i in kept], [places[i] for i in kept]
    return Numbered(records, image[kept], label[kept], named, broken, findings)


def look_up(ids: Sequence[Any], numbers: Mapping[Any, int]) -> NDArray[np.int64]:
    """Return the number of each id, int64 [T]; -1 for those that are not known."""
    return np.array([numbers.get(as_key(id_), -1) for id_ in ids], np.int64)


def as_key(id_: Any) -> Any:
    """Return an id that can be looked up, or None."""
    return id_ if isinstance(id_, int | str | float) else None


def name_annotations(file: Coco) -> tuple[list[str], list[Finding]]:
    """Return what messages call each annotation: by its id, or its position where ids repeat."""
    ids = [as_key(each.get("id")) for each in file.annotations]
    if None not in ids and len({*ids}) == len(ids):
        return [f"{file.name} annotation {id_}" for id_ in ids], []
    first, again = dict[Any, int](), list[str]()
    for position, id_ in enumerate(ids):
        if id_ is not None and first.setdefault(id_, position) != position:
            again.append(f"{id_} at annotations[{first[id_]}] and [{position}]")
    places = [f"{file.name} annotations[{i}] (id {id_})" for i, id_ in enumerate(ids)]
    if not again:
        return places, []
    more = f" and {len(again) - NAMED:,} more" if len(again) > NAMED else ""
    problem = f"ids of annotations repeat: {', '.join(again[:NAMED])}{more}"
    remedy = "number them through: each counts here, but other tools find nothing with them"
    return places, [Finding("warning", file.name, problem, remedy)]
