"""Images in one folder per class, such as `data/flowers/rose/1.jpg`, or deeper in it.

The folders may lie in `train`, `val` and `test`, which then are the splits.
"""

from functools import partial
from pathlib import Path

import torch

from ..engine.errors import UserError
from .formats.image_files import SPLITS, find_images, read_file, shown
from .samples import Samples
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Find every image; the folder of a class that it lies in, however deep, names its class.

    Raises:
        UserError: the folder is missing or has no images, or `data.class_names` do not fit.
    """
    root = Path(settings.dataset_path)
    place = f"data.dataset_path: {root} ({root.resolve()})"
    if not root.is_dir():
        raise UserError(f"{place} is no folder: this project reads one folder per class")
    parts = find_splits(root)
    found: dict[str, list[tuple[str, str]]] = {}  # class: its images and their splits
    others = list[str]()
    for top, part in (parts or {"": ""}).items():
        for folder in folders_in(root / top):
            below = f"{top}/{folder.name}" if top else folder.name
            images, rest = find_images(folder)
            found.setdefault(folder.name, []).extend((f"{below}/{x}", part) for x in images)
            others += [f"{below}/{x}" for x in rest]
    if not any(found.values()):
        names = ", ".join(map(shown, found)) or "none"
        raise UserError(f"{place} needs folders with images, but has: {names}")
    classes = settings.class_names or sorted(found)
    if unknown := sorted({*found} - {*classes}):
        raise UserError(f"data.class_names lacks the folders {unknown} in {root}")
    rows = [(i, *each) for i, label in enumerate(classes) for each in found.get(label, [])]
    targets = torch.tensor([i for i, _, _ in rows])
    paths, given = [path for _, path, _ in rows], [part for _, _, part in rows]
    read = partial(read_file, root)
    splits = given if parts else None
    return Samples(settings, read, paths, targets, classes, given=splits, left_out=others)


def folders_in(place: Path) -> list[Path]:
    """Return the folders in a place, sorted, without the hidden ones."""
    found = (x for x in place.iterdir() if x.is_dir() and not x.name.startswith((".", "__")))
    return sorted(found)


def find_splits(root: Path) -> dict[str, str]:
    """Return the split of each folder that holds one, or nothing if the folders are classes.

    They are splits if `train` and another one are among them; a class may well be called `train`.

    Raises:
        UserError: a split is there twice, lacks folders of classes, or is not alone.
    """
    images = {folder.name: find_images(folder)[0] for folder in folders_in(root)}
    images = {name: files for name, files in images.items() if files}
    parts = {name: SPLITS[name.lower()] for name in images if name.lower() in SPLITS}
    if "train" not in parts.values() or len(parts) < 2:
        return {}
    place = f"data.dataset_path: in {root}, {' and '.join(parts)} look like splits"
    if rest := [shown(name) for name in images if name not in parts]:
        raise UserError(f"{place}, but {', '.join(rest)} is beside them: move it elsewhere")
    for name in parts:
        if flat := [file for file in images[name] if "/" not in file]:
            raise UserError(f"{place}, but {name}/{shown(flat[0])} is in no folder of a class")
    if len({*parts.values()}) < len(parts):
        raise UserError(f"{place}, but one is there twice: move it elsewhere")
    return parts
