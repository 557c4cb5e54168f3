"""Image files and tensors that several tests read."""

from pathlib import Path

import pytest
from image_files import TABLE, paint
from noise import BATCH, HEIGHT, WIDTH, bytes_as_floats
from torch import Tensor


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """Two classes, and files that are none of them."""
    for name in ("rose/b.PNG", "rose/a.jpg", "iris/c.bmp"):
        paint(tmp_path / "flowers" / name)
    for name in (".cache/x.png", "__MACOSX/x.png", "iris/.d.png"):
        paint(tmp_path / "flowers" / name)
    (tmp_path / "flowers" / "iris" / "notes.txt").write_text("none")
    return tmp_path / "flowers"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Three images and two columns."""
    for number in (1, 2, 3):
        paint(tmp_path / f"x/{number}.png")
    (tmp_path / "labels.csv").write_text(TABLE)
    return tmp_path / "labels.csv"


@pytest.fixture
def images() -> Tensor:
    return bytes_as_floats(BATCH, 3, HEIGHT, WIDTH)
