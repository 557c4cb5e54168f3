"""Image files: which there are below a folder, how they are called, and how one is opened."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

STUBS = {"BUFR", "GRIB", "HDF5", "MPEG", "WMF"}  # formats that Pillow knows and cannot decode
SPLITS = {  # names that folders of them have
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}
NO_DATA = {"thumbs.db", "desktop.ini"}  # that file managers leave behind


def shown(name: str) -> str:
    """Return a name that any output takes: bytes that are not UTF-8 are escaped."""
    return name.encode(errors="backslashreplace").decode()


def suffixes() -> set[str]:
    """Return the suffixes of the files that Pillow opens."""
    Image.init()
    known = Image.registered_extensions().items()
    return {suffix for suffix, kind in known if kind in Image.OPEN and kind not in STUBS}


def find_images(folder: Path) -> tuple[list[str], list[str]]:
    """Return the images anywhere below a folder and the other files, sorted, by their paths there.

    What is hidden is neither, and `__MACOSX` and the like are not looked into.
    """
    images, others, known, seen = list[str](), list[str](), suffixes(), set[str]()
    for place, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:  # a link back
            folders.clear()
            continue
        seen.add(real)
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in files:
            path = os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")
            if os.path.splitext(name)[1].lower() in known and not name.startswith("."):
                images.append(path)
            elif not name.startswith(".") and name.lower() not in NO_DATA:
                others.append(path)
    return sorted(images), sorted(others)


def describe_left_out(others: Sequence[str]) -> str:
    """Say which files are no images for Pillow: how many of each suffix, and the first of them."""
    counts = Counter(os.path.splitext(name)[1].lower() or "without suffix" for name in others)
    kinds = ", ".join(f"{n} {shown(suffix)}" for suffix, n in sorted(counts.items()))
    return f"left out, since Pillow opens no such files: {kinds}; the first is {shown(others[0])}"


def read_file(folder: Path, name: str) -> Image.Image:
    """Open the image that is called `name`, starting from `folder`."""
    return Image.open(folder / name)
