"""Lists of Pascal VOC, such as ImageSets/Main/train.txt: which images train, validate and test."""

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from .image_files import shown

LISTS = ("train", "val", "test")


class Listed(NamedTuple):
    """What lists say."""

    splits: dict[str, str]  # train, val or test, by the name of an image without suffix
    broken: dict[str, str]  # place of a line: why it does not count


def find_lists(root: Path, kinds: Collection[str]) -> dict[str, Path]:
    """Return the list of each split in the first folder of ImageSets that has any.

    Args:
        root: The folder with ImageSets.
        kinds: Folders in it, such as Main, the likeliest first.
    """
    for folder in (root / "ImageSets" / kind for kind in kinds):
        found = {name: folder / f"{name}.txt" for name in LISTS}
        found = {name: path for name, path in found.items() if path.is_file()}
        if not {"train", "val"} & {*found} and (folder / "trainval.txt").is_file():
            found["train"] = folder / "trainval.txt"
        if found:
            return found
    return {}


def read_lists(lists: dict[str, Path], root: Path, known: Collection[str], wanted: str) -> Listed:
    """Return the split of each image, and what is wrong with other lines.

    A line begins with the name of an image; lists of one class have a number behind it.

    Args:
        lists: That of each split.
        root: Folder that places in messages start from.
        known: The names that may be listed.
        wanted: What a name that is not known lacks, as "Annotations/{}.xml".
    """
    found = Listed({}, {})
    for split, path in lists.items():
        short = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            stem, place = next(iter(line.split()), ""), f"{short} line {number}"
            if stem and stem not in known:
                missing = wanted.format(shown(stem))
                found.broken[place] = f"{place}: there is no {missing}"
            elif stem and found.splits.setdefault(stem, split) != split:
                other = lists[found.splits[stem]].name
                found.broken[place] = f"{place}: {shown(stem)} is in {other}, too"
    return found
