"""Your data: say here what there is and how to read it.

Nothing else has to change, but for predict.py: it opens what PIL can, in `read_inputs`.

The example draws discs and squares, so that the project runs before your data are in.
"""

import random
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SIDE = 64  # pixels of the images in the example


def find_names(dataset_path: Path) -> list[str]:
    """Return a name for each image, which no other has.

    With files this may be `sorted(file.name for file in dataset_path.glob("*.png"))`.
    """
    return [f"{number:03}" for number in range(240)]


def read_image(dataset_path: Path, name: str) -> Image.Image:
    """Return the image called `name`, in any mode and size that PIL knows.

    With files this may be `Image.open(dataset_path / name)`.
    """
    chance = random.Random(name)
    noise = np.random.default_rng(int(name)).integers(0, 60, (SIDE, SIDE, 3))
    pixels = noise + np.array([chance.randrange(60), 0, chance.randrange(60)])
    for _, mask in read_objects(dataset_path, name):
        pixels[mask > 0] = [255, chance.randrange(100, 255), 0]
    return Image.fromarray(pixels.astype(np.uint8))


def read_objects(dataset_path: Path, name: str) -> list[tuple[str, NDArray[Any]]]:
    """Return the objects in the image called `name`: the class of each, and its mask [H, W].

    A mask has the size of the image, and is not 0 where the object is; masks may overlap. They
    are read once, before anything is trained, and kept as run lengths.
    """
    chance, half = random.Random(int(name)), SIDE // 2
    objects = list[tuple[str, NDArray[Any]]]()
    for quarter in chance.sample(range(4), chance.randrange(4)):  # so they do not overlap
        side, shape = chance.randrange(12, half), chance.choice(["disc", "square"])
        left = quarter % 2 * half + chance.randrange(half - side)
        top = quarter // 2 * half + chance.randrange(half - side)
        mask = Image.new("L", (SIDE, SIDE))
        draw = ImageDraw.Draw(mask)
        paint = draw.ellipse if shape == "disc" else draw.rectangle
        paint((left, top, left + side - 1, top + side - 1), 1)
        objects.append((shape, np.asarray(mask)))
    return objects
