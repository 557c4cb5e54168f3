"""The files of a project: those of its layers, a later one in the place of an earlier.

A layer is a folder of template/layers that looks like a project, where the package is called
`pkg`. A layer may lie within another's folder: a file belongs to the innermost one.
"""

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

ROOT = Path(__file__).parents[2]  # of the template
LAYERS = "template/layers"
PACKAGE = "pkg"


class File(NamedTuple):
    """A file of the project."""

    path: str  # in the project
    part: str  # in the template


def stacked(names: Iterable[str], known: Iterable[str], package: str) -> list[File]:
    """Return the files of a stack of layers.

    Args:
        names: The layers, from the bottom up.
        known: All layers that there are.
        package: The name of the project's package.
    """
    held = files_of({*known})
    files: dict[str, str] = {}
    for name in names:
        for place in held[name]:
            parts = (package if part == PACKAGE else part for part in place.split("/"))
            files["/".join(parts)] = f"{LAYERS}/{name}/{place}"
    return [File(*each) for each in sorted(files.items())]


def folders_of(files: Iterable[File]) -> list[str]:
    """Return the folders of the project that hold its code, from the top down."""
    found = {str(place) for file in files for place in PurePosixPath(file.path).parents}
    return sorted(folder for folder in found if folder != ".")


def files_of(known: set[str]) -> dict[str, list[str]]:
    """Return the files of each layer, as paths within it; those in no layer under a blank."""
    held: dict[str, list[str]] = {name: [] for name in ("", *known)}
    top = ROOT / LAYERS
    for folder, folders, names in os.walk(top):
        folders[:] = [each for each in folders if not left_behind(each)]
        place = Path(folder).relative_to(top)
        layer = next((p for p in (place, *place.parents) if p.as_posix() in known), None)
        if layer is None:
            held[""] += [(place / name).as_posix() for name in names]
        else:
            inner = place.relative_to(layer)
            held[layer.as_posix()] += [(inner / name).as_posix() for name in names]
    return held


def left_behind(folder: str) -> bool:
    """Say whether tools that ran on the layers made the folder."""
    return folder == "__pycache__" or (folder.startswith(".") and folder.endswith("_cache"))
