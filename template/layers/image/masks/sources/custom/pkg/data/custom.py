"""Your data: say here what there is and how to read it.

Nothing else has to change, but for predict.py: it opens what PIL can, in `read_inputs`.

The example draws discs and squares, so that the project runs before your data are in.
"""

import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

CLASSES = ["background", "disc", "square"]  # by the number that a mask has for each
VOID = 255  # in a mask: nobody knows what is there
SIDE = 48  # pixels


def find_names(dataset_path: Path) -> list[str]:
    """Return a name for each image, which no other has.

    With files this may be `sorted(file.stem for file in dataset_path.glob("images/*.png"))`.
    """
    return [f"{('disc', 'square', 'both')[number % 3]}-{number}" for number in range(240)]


def read_image(dataset_path: Path, name: str) -> Image.Image:
    """Return the image called `name`, in any mode and size that PIL knows.

    With files this may be `Image.open(dataset_path / "images" / f"{name}.png")`.
    """
    return draw(name)[0]


def read_mask(dataset_path: Path, name: str) -> Image.Image:
    """Return the mask of the image called `name`: of the same size, mode L, a class per pixel.

    With files this may be `Image.open(dataset_path / "masks" / f"{name}.png")`.
    """
    return draw(name)[1]


def draw(name: str) -> tuple[Image.Image, Image.Image]:
    """Draw a disc, a square or both in different colours on noise, and the mask of that."""
    kind, number = name.split("-")
    chance = random.Random(number)
    noise = np.random.default_rng(int(number)).integers(0, 120, (SIDE, SIDE, 3))
    image, mask = Image.fromarray(noise.astype(np.uint8)), Image.new("L", (SIDE, SIDE))
    for shape in CLASSES[1:]:
        size = SIDE * chance.uniform(0.25, 0.5)
        left, top = chance.uniform(0, SIDE - size), chance.uniform(0, SIDE - size)
        colour = tuple(chance.randrange(130, 256) for _ in range(3))
        if kind not in (shape, "both"):
            continue
        for picture, ink in ((image, colour), (mask, CLASSES.index(shape))):
            canvas = ImageDraw.Draw(picture)
            paint = canvas.ellipse if shape == "disc" else canvas.rectangle
            paint((left, top, left + size, top + size), ink)
    return image, mask
