"""Images and their boxes from metadata.jsonl: `"bbox"` is x, y, width and height in pixels.

`data.dataset_path` is such a file, or a folder with one or with one for each split.
"""

import posixpath
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..boxes import CROWD
from ..engine.errors import UserError
from .annotations import Annotations, make_samples
from .formats.annotated_images import known_sizes, read_annotated
from .formats.annotated_sizes import fill_sizes
from .formats.annotation_files import split_of
from .formats.box_numbers import as_boxes
from .formats.image_files import shown
from .formats.metadata import Line, find_files, parse
from .formats.xywh import judge_convention, to_corners
from .rows import Rows
from .samples import Samples
from .settings import DataSettings


class Listed(NamedTuple):
    """An image with the line that it stands in."""

    place: str
    split: str
    line: Line


def load_samples(settings: DataSettings) -> Samples:
    """Read the files; number the classes.

    Raises:
        UserError: there is no such file or no image, or categories contradict the settings.
    """
    path = Path(settings.dataset_path)
    files, root = find_files(path), path if path.is_dir() else path.parent
    images, broken = read_images(files, root)
    if images and not any((root / name).is_file() for name in images):
        problem = f"none of {len(images):,} images is there, as {root / next(iter(images))}"
        raise UserError(f"data.dataset_path: {root} ({root.resolve()}): {problem}")
    lines, names = [image.line for image in images.values()], list(images)
    written = np.array([line.size for line in lines], np.int64).reshape(-1, 2)
    sizes = fill_sizes(root, names, written)
    categories = name_categories({x for line in lines for x in line.categories}, settings)
    numbers = {key: label for label, key in enumerate(categories)}
    counts = [len(line.boxes) for line in lines]
    of_image = np.repeat(np.arange(len(lines)), counts)
    boxes = as_boxes([box for line in lines for box in line.boxes])
    crowd = np.array([each for line in lines for each in line.crowd], bool)
    splits = [image.split for image in images.values()]
    annotated = Annotations(
        names=names,
        sizes=sizes,
        image_ids=[line.image_id for line in lines],
        categories=as_numbers(categories),
        rows=Rows(
            images=of_image,
            boxes=to_corners(boxes),
            labels=np.array([numbers[x] for line in lines for x in line.categories], np.int64),
            ignored=np.where(crowd, CROWD, 0).astype(np.uint8),
            areas=np.array([area for line in lines for area in line.areas], np.float64),
            places=[
                f"{image.place} object {number}"
                for image, count in zip(images.values(), counts, strict=True)
                for number in range(1, count + 1)
            ],
        ),
        splits=splits if all(splits) else [],
        broken=broken,
        findings=judge_convention(boxes, sizes[of_image], settings.dataset_path),
    )
    read = partial(read_annotated, root, known_sizes(names, sizes))
    return make_samples(settings, read, annotated)


def read_images(files: dict[Path, str], root: Path) -> tuple[dict[str, Listed], dict[str, str]]:
    """Return the images by their paths from `root`, and lines left out: why, by their place."""
    images, broken = dict[str, Listed](), dict[str, str]()
    for file, split in files.items():
        short = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8-sig", errors="surrogateescape")
        for number, content in enumerate(text.split("\n"), 1):
            place = f"{short} line {number}"
            if not content.strip():
                continue
            try:
                line = parse(content)
            except ValueError as error:
                broken[place] = f"{place}: {error}"
                continue
            name = posixpath.normpath(posixpath.join(posixpath.dirname(short), line.file_name))
            folders = map(split_of, line.file_name.split("/")[:-1])
            part = split or next(filter(None, folders), "")
            if (first := images.setdefault(name, Listed(place, part, line)).place) != place:
                broken[place] = f"{place}: {shown(name)} stands in {first}, too"
    return images, broken


def name_categories(found: set[int | str], settings: DataSettings) -> dict[int | str, str]:
    """Return the name of each category, numbers or names, in the order of the classes.

    Numbers are positions in `data.class_names`, or their own names.

    Raises:
        UserError: some are numbers and others names, or the settings name too few.
    """
    numbers = sorted(each for each in found if isinstance(each, int))
    names = sorted(each for each in found if isinstance(each, str))
    path = settings.dataset_path
    if numbers and names:
        both = f"category {numbers[0]} is a number, and {names[0]!r} a name"
        raise UserError(f"data.dataset_path: {path}: {both}: write all of them alike")
    classes = settings.class_names
    if numbers and classes:
        if not 0 <= numbers[0] <= numbers[-1] < len(classes):
            problem = (
                f"has {len(classes)} names, but {path} categories {numbers[0]} to {numbers[-1]}"
            )
            raise UserError(f"data.class_names {problem}, which count from 0")
        return dict(enumerate(classes))
    keys: list[int | str] = [*numbers, *names]
    return {key: str(key) for key in keys}


def as_numbers(categories: dict[int | str, str]) -> dict[int, str]:
    """Return the names of categories by their numbers, which are new ones where they are names."""
    return {
        key if isinstance(key, int) else label: name
        for label, (key, name) in enumerate(categories.items())
    }
