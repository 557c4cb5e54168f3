"""The sets of boxes and masks: fetched from their real packages, or drawn; this needs a network."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from stacks import stack

COCO_SETS = ("base", "engine", "image", "features/wheel", "image/sets/coco")
TREES = stack(*COCO_SETS, "image/boxes/sets/trees").load("data.fetch")
NUCLEI = stack(*COCO_SETS, "image/instances/sets/nuclei").load("data.fetch")
BRAINS = stack(*COCO_SETS[:4], "image/masks/sets/brains").load("data.fetch")
SHAPES = stack(*COCO_SETS, "image/sets/shapes", "image/boxes/sets/shapes").load("data.fetch")
MASKS = stack(*COCO_SETS[:3], "image/sets/shapes", "image/masks/sets/shapes").load("data.fetch")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write every set, once."""
    folder = tmp_path_factory.mktemp("data")
    TREES.write(folder / "trees")
    NUCLEI.write(folder / "nuclei")
    BRAINS.write(folder / "brains")
    SHAPES.write(folder / "shapes")
    MASKS.write(folder / "shape_masks")
    return folder


def read(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "_annotations.coco.json").read_text())
    return found


def pixels_of(path: Path) -> NDArray[np.uint8]:
    return np.asarray(Image.open(path))


def digest(folder: Path) -> str:
    """Return one SHA-256 of all names and contents below a folder."""
    found = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return found.hexdigest()


def test_no_draft_is_left(data: Path) -> None:
    names = ["brains", "nuclei", "shape_masks", "shapes", "trees"]
    assert sorted(entry.name for entry in data.iterdir()) == names
