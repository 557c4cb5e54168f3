"""Where the XML files of a data set lie, which split each is of, and which image it is of.

As in Pascal VOC there may be folders Annotations, JPEGImages and ImageSets, or each XML file
lies beside its image, perhaps in folders called train, valid and test.
"""

import os
import posixpath
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..findings import Finding
from .annotation_files import refuse, split_of
from .image_files import find_images, shown
from .image_sets import find_lists, read_lists

WANTED = "XML of Pascal VOC: the folders Annotations and JPEGImages, or XML beside images"
FOLDERS = ("Annotations", "*/Annotations", "*/*/Annotations")


class VocSet(NamedTuple):
    """The XML files of a data set."""

    files: dict[str, str]  # split of each, by its path from the root; "": not said
    broken: dict[str, str]  # place of a record: why it is left out
    findings: list[Finding]
    listed: list[Path]  # lists that say which of them are used


def find_set(path: Path) -> VocSet:
    """Return the XML files of the data set in a folder.

    Raises:
        UserError: there are none.
    """
    if not path.is_dir():
        raise refuse(path, "voc", WANTED)
    folders = next(filter(None, (sorted(path.glob(each)) for each in FOLDERS)), [])
    found = VocSet({}, {}, [], [])
    for folder in folders:
        add_listed(found, folder, path)
    if not folders:
        for file in find_xml(path):
            name = file.relative_to(path).as_posix()
            found.files[name] = next(filter(None, map(split_of, name.split("/")[:-1])), "")
    if not found.files:
        raise refuse(path, "voc", WANTED)
    return found


def find_xml(folder: Path) -> list[Path]:
    """Return the XML files anywhere below a folder, sorted, without the hidden ones."""
    return sorted(x for x in folder.rglob("*.xml") if not x.name.startswith("."))


def add_listed(found: VocSet, folder: Path, root: Path) -> None:
    """Add the XML files of a folder Annotations: those in lists of ImageSets, or all."""
    names = [file.relative_to(root).as_posix() for file in find_xml(folder)]
    lists = find_lists(folder.parent, ("Main", "Segmentation"))
    if not lists:
        found.files.update(dict.fromkeys(names, split_of(folder.parent.name)))
        return
    files = {posixpath.splitext(posixpath.basename(name))[0]: name for name in names}
    listed = read_lists(lists, root, files, folder.name + "/{}.xml")
    found.listed.extend(lists.values())
    found.files.update({files[stem]: split for stem, split in listed.splits.items()})
    found.broken.update(listed.broken)
    if unlisted := len(files) - len(listed.splits):
        problem = (
            f"XML files that are in no list: {unlisted:,} of {len(files):,}: they are not used"
        )
        place = next(iter(lists.values())).parent.relative_to(root).as_posix()
        found.findings.append(Finding("note", place, problem, "list them, if they should be"))


class ImageFinder:
    """Finds the image of an XML file: by the name of that file, or else by what it says."""

    def __init__(self, root: Path) -> None:
        """Look at all images below `root`."""
        self.images, _ = find_images(root)
        self.by_stem, self.by_name = (defaultdict[str, list[str]](list) for _ in range(2))
        for image in self.images:
            name = posixpath.basename(image)
            self.by_stem[os.path.splitext(name)[0]].append(image)
            self.by_name[name].append(image)

    def find(self, file: str, filename: str) -> str:
        """Return the path of the image, or that where it should be.

        Args:
            file: Path of the XML file from the root.
            filename: What stands in it.
        """
        name = posixpath.basename(filename.replace("\\", "/"))
        stem = os.path.splitext(posixpath.basename(file))[0]
        found = self.by_stem.get(stem) or self.by_name.get(name) or []
        if not found:
            folder = posixpath.dirname(file)
            inside = posixpath.basename(folder) == "Annotations"
            beside = posixpath.join(posixpath.dirname(folder), "JPEGImages") if inside else folder
            return posixpath.join(beside, name or f"{stem}.jpg")
        return min(found, key=lambda image: self.rank(image, file, name))

    @staticmethod
    def rank(image: str, file: str, name: str) -> tuple[int, bool]:
        """Return what is least for the image that shares most folders with an XML file."""
        return -len(posixpath.commonpath([image, file])), posixpath.basename(image) != name

    def judge_unused(self, used: Iterable[str]) -> list[Finding]:
        """Return a finding if images beside the `used` ones have no XML file."""
        taken = {*used}
        folders = {posixpath.dirname(image) for image in taken}
        rest = [x for x in self.images if x not in taken and posixpath.dirname(x) in folders]
        if not rest:
            return []
        problem = f"images without an XML file: {len(rest):,}, the first: {rest[0]}"
        remedy = "write one, without <object> where nothing is to be found"
        return [Finding("warning", posixpath.dirname(rest[0]) or ".", shown(problem), remedy)]
