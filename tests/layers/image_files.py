"""Tiny image files, and the settings to read them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from stacks import images

TABLE = "path,a,b\nx/1.png,1,0\nx/2.png,0,1\nx/3.png,1,1\n"
FOLDERS = images("image/sources/folder")
samples = FOLDERS.load("data.samples")
DataSettings = FOLDERS.load("data.settings").DataSettings


def settings(path: Path | str, **changes: Any) -> Any:
    return replace(DataSettings(dataset_path=str(path), input_shape=[3, 4, 4]), **changes)


def paint(path: Path, color: Any = "red", mode: str = "RGB", size: int = 4) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (size, size), color).save(path)
    return path


def read_pixels(path: Path) -> torch.Tensor:
    """Read a file as predictions do."""
    chosen = settings(path.parent)
    found = samples.Samples(chosen, Image.open, [str(path)], torch.zeros(1), []).read_sample(0)
    pixels: torch.Tensor = found.inputs[0]
    return pixels
