"""From the objects that a source describes to the table that training reads.

T objects in the source, N images, K classes. What nobody can learn is left out and named.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ..engine.errors import UserError
from .findings import Finding
from .formats.image_files import shown
from .objects import ObjectTable
from .rows import Rows
from .samples import Samples
from .settings import DataSettings

NAMED = 10  # records that a finding names
BEYOND = 0.5  # pixels beyond its image from which on a box is reported: less is rounding


@dataclass(frozen=True)
class Annotations:
    """What a source has read: images, classes, objects, and what was wrong with them."""

    names: list[str]  # N paths of images, no two the same
    sizes: NDArray[np.int64]  # [N, 2] width and height as annotated; 0: not known
    image_ids: list[int | str]  # N
    categories: dict[int, str]  # names of the K classes by their numbers in the files, in order
    rows: Rows
    splits: Sequence[str] = ()  # N: train, val or test; or nothing, where nobody says
    broken: Mapping[str, str] = field(default_factory=dict)  # place of a record: why it is left out
    findings: Sequence[Finding] = ()  # what is odd
    left_out: Sequence[str] = ()  # files beside the images that Pillow does not open


def make_samples(
    settings: DataSettings, read: Callable[[str], Image.Image], found: Annotations
) -> Samples:
    """Return the images with their objects, without those that nobody can learn.

    Raises:
        UserError: there are no images, or `data.class_names` do not fit.
    """
    if not found.names:
        raise UserError(f"data.dataset_path: {settings.dataset_path} has no annotated images")
    classes, order = order_classes(settings, found.categories)
    found = replace(found, rows=replace(found.rows, labels=order[found.rows.labels]))
    kept, broken = judge_rows(found)
    findings = [*found.findings, *find_duplicates(found, kept, classes)]
    findings += find_beyond(found, kept)
    ids = number_classes(found.categories, classes)
    divided = "train" in found.splits and len({*found.splits}) > 1
    return Samples(
        settings,
        read,
        found.names,
        make_table(found, kept, ids, findings),
        classes,
        given=list(found.splits) if divided else None,
        left_out=found.left_out,
        broken={**found.broken, **broken},
    )


def order_classes(
    settings: DataSettings, categories: Mapping[int, str]
) -> tuple[list[str], NDArray[np.int64]]:
    """Return the names of the classes, and the class of each category, int64 [K].

    Raises:
        UserError: `data.class_names` lacks a category.
    """
    names = list(categories.values())
    classes = settings.class_names or names
    if unknown := [name for name in names if name not in classes]:
        raise UserError(f"data.class_names lacks {unknown} of {settings.dataset_path}")
    return classes, np.array([classes.index(name) for name in names], np.int64)


def number_classes(categories: Mapping[int, str], classes: Sequence[str]) -> list[int]:
    """Return the number of each class in the files, and new ones for classes that they lack."""
    numbers = {name: number for number, name in categories.items()}
    for name in classes:
        numbers.setdefault(name, max(numbers.values(), default=-1) + 1)
    return [numbers[name] for name in classes]


def judge_rows(found: Annotations) -> tuple[NDArray[np.int64], dict[str, str]]:
    """Return the rows that can be learnt, by image, and why others cannot, by their place."""
    rows, sizes = found.rows, found.sizes[found.rows.images]  # [T, 2]
    with np.errstate(over="ignore"):
        boxes = rows.boxes.astype(np.float32)  # no more precise than the table
    garbled = ~np.isfinite(boxes).all(1)
    empty = ~garbled & (boxes[:, 2:] <= boxes[:, :2]).any(1)
    outside = (boxes[:, 2:] <= 0) | ((boxes[:, :2] >= sizes) & (sizes > 0))  # left or right of it
    gone = ~garbled & ~empty & outside.any(1)
    broken = {}
    reasons = {"is not four numbers": garbled, "has no area": empty, "is outside of it": gone}
    for reason, wrong in reasons.items():
        for row in np.flatnonzero(wrong).tolist():
            place, box = rows.places[row], describe_box(rows.boxes[row])
            broken[place] = f"{place}: {describe_image(found, row)}: the box {box} {reason}"
    kept = np.flatnonzero(~(garbled | empty | gone))
    return kept[np.argsort(rows.images[kept], kind="stable")], broken


def find_duplicates(
    found: Annotations, kept: NDArray[np.int64], classes: Sequence[str]
) -> list[Finding]:
    """Return a finding if objects have the same image, class and box as another."""
    rows = found.rows
    columns = np.column_stack([rows.images, rows.labels, rows.boxes])[kept]  # [T, 6]
    order = np.lexsort(columns.T)  # stable: among equal ones the first stays the first
    again = kept[order[1:][(columns[order[1:]] == columns[order[:-1]]).all(1)]]
    if not len(again):
        return []
    again.sort()
    first = again[0]
    what = f"{shown(classes[rows.labels[first]])} {describe_box(rows.boxes[first])}"
    what = f"{what} {describe_image(found, first)}"
    problem = f"objects that are the same as an earlier one: {len(again):,}, the first: {what}"
    return [Finding("warning", name_some(rows.places, again), problem, "remove them")]


def find_beyond(found: Annotations, kept: NDArray[np.int64]) -> list[Finding]:
    """Return a finding if boxes reach beyond their images."""
    rows, sizes = found.rows, found.sizes[found.rows.images[kept]]
    boxes = rows.boxes[kept]
    reach = np.maximum(boxes[:, 2:] - sizes, -boxes[:, :2]).max(1, initial=0)
    beyond = kept[(reach >= BEYOND) & (sizes > 0).all(1)]
    if not len(beyond):
        return []
    first = beyond[0]
    what = f"{describe_box(rows.boxes[first])} {describe_image(found, first)}"
    problem = f"boxes that reach beyond their images: {len(beyond):,}, the first: {what}"
    remedy = "they are used as they are; mend them if the objects end there"
    return [Finding("warning", name_some(rows.places, beyond), problem, remedy)]


def describe_box(box: NDArray[Any]) -> str:
    """Return the corners of a box [4] in words."""
    return "({:g}, {:g}) to ({:g}, {:g})".format(*box)


def describe_image(found: Annotations, row: int) -> str:
    """Return which image an object is in, and how large it is, in words."""
    image = found.rows.images[row]
    size = " of {} x {} pixels".format(*found.sizes[image]) if found.sizes[image].all() else ""
    return f"in {shown(found.names[image])}{size}"


def name_some(places: Sequence[str], numbers: NDArray[np.int64]) -> str:
    """Return the first places of these numbers, and how many more there are."""
    more = f" and {len(numbers) - NAMED:,} more" if len(numbers) > NAMED else ""
    return ", ".join(places[i] for i in numbers[:NAMED]) + more


def make_table(
    found: Annotations, kept: NDArray[np.int64], category_ids: list[int], findings: list[Finding]
) -> ObjectTable:
    """Return the rows `kept`, which are in the order of their images, as one table."""
    images = found.rows.images[kept]
    return ObjectTable(
        **found.rows.columns(kept),
        counts=torch.from_numpy(np.bincount(images, minlength=len(found.names))),
        sizes=torch.from_numpy(found.sizes),
        category_ids=category_ids,
        image_ids=found.image_ids,
        findings=findings,
    )
