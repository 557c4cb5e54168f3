"""Files of text: which there are at a path, and of which split they are."""

import os
import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from ...engine.errors import UserError

SPLITS = {  # words in the names of files and folders
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "development": "val",
    "testa": "val",  # of CoNLL 2003
    "test": "test",
    "testing": "test",
    "testb": "test",
}
NO_DATA = {"thumbs.db", "desktop.ini", "dataset_info.json", "dataset_infos.json"}
BESIDE = ("readme", "license", "licence", "citation", "copying", "changelog")  # how they begin
BESIDE_SUFFIXES = {".md", ".rst", ".yaml", ".yml", ".py", ".lock", ".log", ".sh", ".cfg", ".toml"}
REPEATED = {"of", "part", "shard", ""}  # in the names of parts, beside their numbers


class TextFile(NamedTuple):
    """A file, and the split that its name or folder says; "" where none does."""

    path: Path
    split: str


def words_of(name: str) -> list[str]:
    """Return the words of a file's name, such as `train` of `train-00000-of-00002`."""
    return [word for word in re.split(r"[\W\d_]+", name.lower()) if word not in REPEATED]


def split_of(name: str) -> str:
    """Return the one split that a name has among its words; "" where there is none, or two."""
    found = {SPLITS[word] for word in words_of(name) if word in SPLITS}
    return found.pop() if len(found) == 1 else ""


def list_files(root: Path) -> list[Path]:
    """Return the files at or below a path, sorted, without what is hidden or documentation."""
    if root.is_file():
        return [root]
    files, seen = list[Path](), set[str]()
    for place, folders, names in os.walk(root, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:  # a link back
            folders.clear()
            continue
        seen.add(real)
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        files += [Path(place, name) for name in names if is_data(name)]
    return sorted(files)


def is_data(name: str) -> bool:
    """Say whether a file of this name may hold data."""
    low = name.lower()
    return not low.startswith((".", "__", *BESIDE)) and low not in NO_DATA


def with_splits(files: Sequence[Path], root: Path, setting: str) -> list[TextFile]:
    """Return the files with their splits, if their names divide them into train and others.

    A file says its split by a word of its name, or else of a folder that it lies in.

    Raises:
        UserError: some are divided and others lie beside them, or none of them trains.
    """
    splits = [split_at(file, root) for file in files]
    found = {*splits} - {""}
    place = f"{setting}: {root} ({root.resolve()})"
    if len(found) > 1 and "train" not in found:
        raise UserError(f"{place} has files called {' and '.join(sorted(found))}, but none train")
    if len(found) < 2:
        return [TextFile(file, "") for file in files]
    if "" in splits:
        named = next(x for x, part in zip(files, splits, strict=True) if part == "train")
        beside = files[splits.index("")]
        problem = f"{short(named, root)} trains by its name, but {short(beside, root)} is beside it"
        raise UserError(f"{place}: {problem} and of no split: move it elsewhere")
    return [TextFile(*pair) for pair in zip(files, splits, strict=True)]


def split_at(file: Path, root: Path) -> str:
    """Return the split that the name of a file says, or the nearest of its folders below `root`."""
    if file == root:
        return ""
    names = file.relative_to(root).parts[::-1]
    return next(filter(None, map(split_of, names)), "")


def short(file: Path, root: Path) -> str:
    """Return the path of a file below `root`, or its name, as any output takes it."""
    name = file.name if file == root else file.relative_to(root).as_posix()
    return shown(name)


def shown(name: str) -> str:
    """Return a name that any output takes: bytes that are not UTF-8 are escaped."""
    return name.encode(errors="backslashreplace").decode()


def describe_left_out(files: Collection[Path], root: Path) -> list[str]:
    """Say which files are not read, in one text: how many of each suffix, and the first of them.

    Those that are never data, such as notes, need no word.
    """
    files = [file for file in files if file.suffix.lower() not in BESIDE_SUFFIXES]
    if not files:
        return []
    counts = Counter(file.suffix.lower() or "without suffix" for file in files)
    kinds = ", ".join(f"{count} {shown(suffix)}" for suffix, count in sorted(counts.items()))
    return [f"files that are not read: {kinds}; the first is {short(min(files), root)}"]


def is_plain(encoding: str) -> bool:
    """Say whether an encoding is UTF-8, which needs no word."""
    return encoding in ("utf-8", "utf-8-sig")
