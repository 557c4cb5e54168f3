"""Where COCO files lie, which split each is of, and where the images are that they name."""

import os
import posixpath
from collections.abc import Sequence
from pathlib import Path

from ...engine.errors import UserError
from .annotation_files import refuse, split_of

WANTED = "COCO JSON, such as train/_annotations.coco.json or annotations/instances_train.json"
USUAL = ("_annotations.coco.json", "annotations.json")
TRIED = 100  # images that tell in which folder the images of a file are


def find_files(path: Path) -> tuple[Path, dict[Path, str]]:
    """Return the folder of the data set, and the split of each COCO file in it.

    A split is "" where the data set is not divided.

    Raises:
        UserError: there is no such file, or it is not clear which split one is of.
    """
    if path.suffix.lower() == ".json" and path.is_file():
        folder = path.parent
        return (folder.parent if folder.name == "annotations" else folder), {path: ""}
    if not path.is_dir():
        raise refuse(path, "coco", WANTED)
    folders = [x for x in sorted(path.iterdir()) if x.is_dir() and split_of(x.name)]
    found = {file: split_of(folder.name) for folder in folders for file in files_in(folder)}
    if not found:
        files = files_in(path / "annotations") or files_in(path)
        found = {file: split_of(part_of(file)) for file in files}
        if len(files) == 1:  # alone it is the whole data set, whatever it is called
            found = dict.fromkeys(files, "")
    if not found:
        raise refuse(path, "coco", WANTED)
    first = dict[str, Path]()
    for file, split in found.items():
        place = f"data.dataset_path: {path}"
        if not split and len(found) > 1:
            remedy = "let data.dataset_path name the right one"
            raise UserError(f"{place}: which split is {file.name}? {remedy}")
        if (other := first.setdefault(split, file)) != file:
            both = f"{other.relative_to(path)} and {file.relative_to(path)}"
            raise UserError(f"{place}: {both} are of one split: move one of them elsewhere")
    return path, found


def files_in(folder: Path) -> list[Path]:
    """Return the COCO files in a folder: those that are called so, or else every JSON file."""
    files = sorted(x for x in folder.glob("*.json") if not x.name.startswith("."))
    usual = [file for name in USUAL for file in files if file.name == name]
    return usual[:1] or [x for x in files if x.name.startswith("instances_")] or files


def part_of(file: Path) -> str:
    """Return the name of the part of the data set that a file is of, as `train2017`."""
    return file.stem.removeprefix("instances_")


def folders_of(file: Path, root: Path, split: str) -> list[Path]:
    """Return the folders in which the images of a COCO file may be, the likeliest first."""
    split, places = split or split_of(part_of(file)), (root, root / "images")
    folders = [file.parent, file.parent / "images"]
    folders += [place / part_of(file) for place in places]
    for place in places:
        if split and place.is_dir():
            inner = sorted(x for x in place.iterdir() if x.is_dir())
            folders += [folder for folder in inner if split_of(folder.name) == split]
    folders += [*places, root / "JPEGImages", root / "data"]
    return [folder for folder in dict.fromkeys(folders) if folder.is_dir()]


def locate(file_names: Sequence[str], folders: Sequence[Path], root: Path) -> list[str]:
    """Return the path of each image from `root`: in the folder that has most, or in another.

    One that is in none keeps its place in the first folder, so that reading it tells.

    Raises:
        UserError: no image is in any of the folders.
    """
    some = file_names[:: max(1, len(file_names) // TRIED)]
    hits = {folder: sum((folder / name).is_file() for name in some) for folder in folders}
    ordered = sorted(folders, key=hits.__getitem__, reverse=True)  # stable
    places = [os.path.relpath(folder, root).replace(os.sep, "/") for folder in ordered]
    found = [find_image(name, places, root) for name in file_names]
    if file_names and not any(found):
        problem = f"none of {len(found):,} images is there: {file_names[0]!r} is in none of"
        raise UserError(f"data.dataset_path: {root} ({root.resolve()}): {problem} {places}")
    named = zip(found, file_names, strict=True)
    return [path or posixpath.normpath(posixpath.join(places[0], name)) for path, name in named]


def find_image(name: str, places: Sequence[str], root: Path) -> str:
    """Return the path of an image from `root`, or "": it is in one of the places there."""
    for each in (name, posixpath.basename(name)):  # the folders may be those of another machine
        for place in places:
            path = posixpath.normpath(posixpath.join(place, each))
            if os.path.isfile(os.path.join(root, path)):
                return path
    return ""
