"""Small images with masks as files, and the layers that read them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from stacks import stack

MASKS = (
    *("base", "engine", "engine/streaming", "engine/draws"),
    *("image", "image/joint", "image/masks", "models/unet", "tasks/segmentation"),
)
PAIRED = ("image/listed", "image/paired")
FOLDERS = stack(*MASKS, *PAIRED, "image/masks/sources/folders")
DataSettings = FOLDERS.load("data.settings").DataSettings
source, doctor = FOLDERS.load("data.source"), FOLDERS.load("data.doctor")
SIDE = 16


def settings(path: Path, **changes: Any) -> Any:
    return replace(DataSettings(dataset_path=str(path), input_shape=[3, SIDE, SIDE]), **changes)


def noise(seed: int, width: int = SIDE, height: int = SIDE) -> Any:
    """Return an image of noise."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(pixels)


def blocks(*values: int, width: int = SIDE, height: int = SIDE) -> Any:
    """Return a mask of stripes: these values from the left."""
    columns = np.array(values)[np.arange(width) * len(values) // width]
    return Image.fromarray(np.tile(columns, (height, 1)).astype(np.uint8))


def save(image: Any, path: Path, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def write_set(root: Path, count: int = 12, *values: int) -> Path:
    """Write images and masks of these values."""
    for number in range(count):
        save(noise(number), root / f"images/{number:02}.jpg")
        save(blocks(*values or (0, 1, 2)), root / f"masks/{number:02}.png")
    return root


def examine(path: Path, **changes: Any) -> Any:
    return doctor.examine(settings(path, **changes))


def findings(report: Any) -> list[str]:
    return [str(each) for each in report.sorted]


def read(path: Path, index: int = 0, **changes: Any) -> Any:
    """Return the classes of a mask as lists."""
    return source.load_samples(settings(path, **changes)).targets[index].read()
