"""The project in which things go wrong, rendered once and imported as `faulty`.

Whoever imports this module can import `faulty`, and `interruptions` of the project's own tests.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from tools.render import renderer

PLACE = "FAULTS_PROJECT"  # says to the workers of pytest-xdist where the project is
NUM_IMAGES = 50  # 30 of them train
ANSWERS = {
    "project_name": "faulty",
    "package_name": "faulty",
    "task": "classification",
    "modality": "image",
    "architecture": "custom",
    "data_source": "image_folder",
    "dataset_path": "data/images",
    "input_shape": [1, 8, 8],
    "augmentation": ["random_crop"],
    "ema": True,
    "tensorboard_enabled": True,
}


def make(project: Path) -> Path:
    """Render the project, and draw its images: noise that is brighter in one class."""
    with renderer() as render:
        render(project, **ANSWERS)
    draws = np.random.default_rng(0)
    for number in range(NUM_IMAGES):
        folder = project / "data" / "images" / ("dark", "light")[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        pixels = draws.integers(0, 200, (8, 8)) + 30 * (number % 2)
        Image.fromarray(pixels.astype("uint8")).save(folder / f"{number:02}.png")
    return project


if PLACE not in os.environ:
    keep = TemporaryDirectory()  # removed when the interpreter ends
    os.environ[PLACE] = str(make(Path(keep.name) / "faulty"))
PROJECT = Path(os.environ[PLACE])
IMAGES = PROJECT / "data" / "images"
sys.path.insert(0, str(PROJECT))
sys.path.append(str(PROJECT / "tests"))
