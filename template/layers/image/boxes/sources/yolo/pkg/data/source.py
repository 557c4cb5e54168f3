"""Images and their boxes from YOLO labels: a text file for each image.

`data.dataset_path` is data.yaml, or a folder with it, or with the folders images and labels.
"""

import os
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..engine.errors import UserError
from .annotations import Annotations, make_samples
from .findings import Finding
from .formats.annotated_images import known_sizes, measure_sizes, read_annotated
from .formats.yolo_files import NAME_FILES, YoloSet, find_set, label_of
from .formats.yolo_rows import Box, Line, parse, read_lines, to_pixels
from .rows import Rows
from .samples import Samples
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Find the images and their labels; an image without labels has no objects.

    Raises:
        UserError: there are no images, or none has labels, or files contradict each other.
    """
    found = find_set(Path(settings.dataset_path))
    if found.classes is None and settings.class_names:
        found = found._replace(classes=dict(enumerate(settings.class_names)))
    names, broken = list(found.names), dict[str, str]()
    sizes = measure_sizes(found.root, names)
    lines, unused = read_labels(found, broken)
    boxes = read_boxes(found, lines, sizes, broken)
    numbers = sorted({box.label for box in boxes})
    categories = found.classes or {number: str(number) for number in numbers}
    read = partial(read_annotated, found.root, known_sizes(names, sizes))
    splits = list(found.names.values())
    return make_samples(
        settings,
        read,
        Annotations(
            names=names,
            sizes=sizes,
            image_ids=[*names],
            categories=categories,
            rows=make_rows(boxes, sizes, [*categories]),
            splits=splits if all(splits) else [],
            broken=broken,
            findings=[*found.findings, *unused],
            left_out=found.left_out,
        ),
    )


def read_labels(found: YoloSet, broken: dict[str, str]) -> tuple[list[Line], list[Finding]]:
    """Return the lines of the labels of all images; add files that cannot be read to `broken`.

    Raises:
        UserError: no image has labels.
    """
    lines, used = list[Line](), set[str]()
    for image, name in enumerate(found.names):
        path = os.path.abspath(found.root / name)
        for place in dict.fromkeys([label_of(path), f"{os.path.splitext(path)[0]}.txt"]):
            short = os.path.relpath(place, found.root)
            try:
                content = Path(place).read_bytes()
            except FileNotFoundError:
                continue  # an image without objects, or labels beside it
            except OSError as error:
                broken[short] = f"{short}: {error.strerror}"
                continue
            used.add(place)
            lines += read_lines(content, image, short)
            break
    if not used:
        first = next(iter(found.names))
        label = os.path.relpath(label_of(os.path.abspath(found.root / first)), found.root)
        problem = f"none of {len(found.names):,} images has labels: {first} needs {label}"
        raise UserError(f"data.dataset_path: {found.root} ({found.root.resolve()}): {problem}")
    return lines, find_unused(found.root, used)


def find_unused(root: Path, used: set[str]) -> list[Finding]:
    """Return a finding if files in folders of labels belong to no image."""
    folders = {os.path.dirname(path) for path in used}
    files = {
        os.path.join(folder, name)
        for folder in folders
        if "labels" in Path(folder).parts
        for name in os.listdir(folder)
        if name.endswith(".txt") and not name.startswith(".") and name not in NAME_FILES
    }
    if not (unused := sorted(files - used)):
        return []
    problem = f"has no image, as {len(unused) - 1:,} more labels" if unused[1:] else "has no image"
    place = os.path.relpath(unused[0], root)
    return [Finding("warning", place, problem, "add the images, or remove the labels")]


def read_boxes(
    found: YoloSet, lines: list[Line], sizes: NDArray[np.int64], broken: dict[str, str]
) -> list[Box]:
    """Return the boxes of all lines; add those that are garbled to `broken`."""
    boxes, known = list[Box](), sizes.tolist()
    classes = None if found.classes is None else list(found.classes)
    for line in lines:
        try:
            boxes.append(parse(line, known[line.image], classes, found.place))
        except ValueError as error:
            broken[line.place] = f"{line.place}: {error}"
    return boxes


def make_rows(boxes: list[Box], sizes: NDArray[np.int64], numbers: list[int]) -> Rows:
    """Return the boxes in pixels, with classes from 0 by their `numbers` in the files."""
    labels = {number: label for label, number in enumerate(numbers)}
    images = np.array([box.line.image for box in boxes], np.int64)
    return Rows(
        images=images,
        boxes=to_pixels([box.corners for box in boxes], sizes[images]),
        labels=np.array([labels[box.label] for box in boxes], np.int64),
        ignored=np.zeros(len(boxes), np.uint8),
        areas=np.zeros(len(boxes)),
        places=[box.line.place for box in boxes],
    )
