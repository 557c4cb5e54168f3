"""Files of annotations: of which split and which kind they are by their names."""

import re
from itertools import islice
from pathlib import Path

from ...engine.errors import UserError
from .image_files import SPLITS

LOOKED = 20_000  # files that are looked at to tell what kind of data a folder has
KINDS = {"coco": "COCO", "yolo": "YOLO", "voc": "Pascal VOC", "jsonl": "JSON Lines"}


def split_of(name: str) -> str:
    """Return the split that a file or folder is called after, as `val` for `Valid2017`; or ""."""
    return SPLITS.get(re.sub(r"[\W\d_]+$", "", name.lower()), "")


def kind_of(path: Path) -> str:
    """Return the kind of annotations that a file has by its name, or ""."""
    name, suffix = path.name.lower(), path.suffix.lower()
    if name == "metadata.jsonl":
        return "jsonl"
    if suffix in (".yaml", ".yml") or (suffix == ".txt" and "labels" in path.parts):
        return "yolo"
    return {".json": "coco", ".xml": "voc"}.get(suffix, "")


def refuse(path: Path, own: str, wanted: str) -> UserError:
    """Return the error that says what there is in the place of the annotations.

    Args:
        path: `data.dataset_path`.
        own: The kind of annotations that this project reads.
        wanted: What it looks for, in words.
    """
    place = f"data.dataset_path: {path} ({path.resolve()})"
    if not path.exists():
        return UserError(f"{place} does not exist: this project reads {wanted}")
    kinds: dict[str, Path] = {}
    for file in [path] if path.is_file() else islice(path.rglob("*"), LOOKED):
        if not file.name.startswith(".") and (kind := kind_of(file)):
            kinds[kind] = min(file, kinds.get(kind, file))
    other = next((kind for kind in KINDS if kind in kinds and kind != own), "")
    if not other:
        return UserError(f"{place} has no annotations: this project reads {wanted}")
    file = kinds[other]
    looks = f"{file.relative_to(path) if file != path else file.name} looks like {KINDS[other]}"
    remedy = f"this project reads {wanted}: make one with data_source {other}"
    return UserError(f"{place}: {looks}, but {remedy}")
