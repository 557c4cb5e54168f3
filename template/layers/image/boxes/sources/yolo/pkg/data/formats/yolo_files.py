"""Which images a YOLO data set has, of which split, what its classes are called, and its labels.

A file such as data.yaml says so, or folders called images, labels, train and val do.
"""

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ...engine.errors import UserError
from ..findings import Finding
from .annotation_files import refuse, split_of
from .image_files import find_images

WANTED = "YOLO labels: data.yaml, or the folders images and labels"
USUAL = ("data.yaml", "dataset.yaml", "data.yml", "dataset.yml")
NAME_FILES = ("classes.txt", "obj.names", "labels/classes.txt")
BESIDE = {".txt", ".yaml", ".yml", ".cache", ".names", ".data", ".md"}  # files that are no images


class YoloSet(NamedTuple):
    """A data set before its labels are read."""

    root: Path
    names: dict[str, str]  # split of each image, by its path from the root; "": not said
    classes: dict[int, str] | None  # names by their numbers; None: nobody says
    place: str  # where the names of the classes are, for messages
    left_out: list[str]  # files beside the images that Pillow does not open
    findings: list[Finding]


def find_set(path: Path) -> YoloSet:
    """Return the images of the data set at `path`, a YAML file or a folder.

    Raises:
        UserError: there is none, or a file contradicts itself or the disk.
    """
    if path.is_file() and path.suffix.lower() in (".yaml", ".yml"):
        return read_description(path)
    if not path.is_dir():
        raise refuse(path, "yolo", WANTED)
    files = [path / name for name in USUAL if (path / name).is_file()]
    found = read_description(files[0]) if files else search(path)
    if not found.names:
        raise refuse(path, "yolo", WANTED)
    return found


def read_description(path: Path) -> YoloSet:
    """Return the images that a YAML file leads to."""
    try:
        content = yaml.safe_load(path.read_bytes())
    except (OSError, ValueError, yaml.YAMLError) as error:
        problem = " ".join(str(error).split())
        raise UserError(f"data.dataset_path: {path} is no YAML: {problem}") from error
    if not isinstance(content, dict) or not content.get("train"):
        raise UserError(f"data.dataset_path: {path} needs `train`, the folder of images, and names")
    root = path.parent
    base = root / str(content.get("path") or "")
    bases = [base, root] if base.is_dir() else [root]  # it may be that of another machine
    names, left_out, findings = dict[str, str](), list[str](), list[Finding]()
    for key, value in content.items():
        entries = [value] if isinstance(value, str) else value or []
        if not (split := split_of(str(key))):
            continue
        places = [resolve(str(entry), bases, f"{path} {key}") for entry in entries]
        found = [list_images(place, bases, root) for place in places]
        images = [image for each, _ in found for image in each]
        left_out += [name for _, rest in found for name in rest]
        if again := sum(names.setdefault(image, split) != split for image in images):
            problem = f"of its {len(images):,} images {again:,} are in another split"
            remedy = "they are used there alone: give each split its own"
            findings.append(Finding("warning", f"{path} {key}", problem, remedy))
    classes = read_names(content.get("names"), content.get("nc"), path)
    if classes is not None and content.get("nc") not in (None, len(classes)):
        problem = f"nc is {content['nc']}, but there are {len(classes)} names"
        findings.append(Finding("warning", str(path), problem, "the names are used"))
    place = "data.class_names" if classes is None else path.name
    return YoloSet(root, names, classes, place, left_out, findings)


def resolve(entry: str, bases: list[Path], place: str) -> Path:
    """Return the folder or list of images that an entry means.

    Exporters write `../train/images` for what lies beside their file, in `train/images`.

    Raises:
        UserError: there is nothing.
    """
    tried = [base / each for base in bases for each in (entry, entry.removeprefix("../"))]
    for path in tried:
        if path.exists():
            return path
    raise UserError(
        f"data.dataset_path: {place}: {entry} is not in {bases[0].resolve()}: correct it"
    )


def list_images(path: Path, bases: list[Path], root: Path) -> tuple[list[str], list[str]]:
    """Return the images in a folder or a text file that lists them, and files that are none.

    Args:
        path: Of the folder or file.
        bases: Where paths in such a file may start, besides its folder.
        root: Where the paths that are returned start.
    """
    if path.is_dir():
        short = os.path.relpath(path, root).replace(os.sep, "/")
        images, others = find_images(path)
        return [join(short, name) for name in images], [join(short, x) for x in no_images(others)]
    lines = path.read_text(encoding="utf-8-sig", errors="surrogateescape").splitlines()
    found = []
    for line in filter(None, map(str.strip, lines)):
        places = [base / line for base in (path.parent, *bases)]
        place = next((place for place in places if place.is_file()), places[0])
        found.append(os.path.relpath(place, root).replace(os.sep, "/"))
    return found, []


def join(folder: str, name: str) -> str:
    """Return the path of a file in a folder, as short as can be."""
    return posixpath.normpath(posixpath.join(folder, name))


def no_images(others: list[str]) -> list[str]:
    """Return the files that may have been meant as images, without labels and the like."""
    return [name for name in others if os.path.splitext(name)[1].lower() not in BESIDE]


def read_names(names: Any, count: Any, path: Path) -> dict[int, str] | None:
    """Return the names of the classes, a list or a mapping, by their numbers."""
    if names is None and isinstance(count, int):
        names = [str(number) for number in range(count)]
    if names is None:
        return None
    pairs = names.items() if isinstance(names, dict) else enumerate(names)
    try:
        return {int(number): str(name) for number, name in sorted(pairs)}
    except (TypeError, ValueError) as error:
        problem = "is neither a list nor has a whole number for each name"
        raise UserError(f"data.dataset_path: `names` of {path} {problem}") from error


def search(path: Path) -> YoloSet:
    """Return the images in folders called `images`, or else all; other folders name the splits."""
    images, others = find_images(path)
    parts = {name: name.split("/")[:-1] for name in images}
    usual = [name for name in images if "images" in parts[name]]
    names = {name: next(splits_in(parts[name]), "") for name in usual or images}
    left_out = no_images(others)
    files = [path / name for name in NAME_FILES if (path / name).is_file()]
    if not files:
        return YoloSet(path, names, None, "data.class_names", left_out, [])
    lines = files[0].read_text(encoding="utf-8-sig", errors="replace").splitlines()
    classes = dict(enumerate(filter(None, map(str.strip, lines))))
    return YoloSet(path, names, classes, files[0].name, left_out, [])


def splits_in(parts: list[str]) -> Iterator[str]:
    """Yield the splits that folders are called after."""
    return (split for split in map(split_of, parts) if split)


def label_of(image: str) -> str:
    """Return the path of the labels of an image: the last `/images/` of it becomes `/labels/`."""
    stem = os.path.splitext(image)[0]
    before, found, after = stem.rpartition("/images/")
    return f"{before}/labels/{after}.txt" if found else f"{stem}.txt"
