"""Images with squares and discs that are drawn for tests."""

import random

import numpy as np
from PIL import Image, ImageDraw

from pkg.boxes import CROWD, DIFFICULT

SIZE = (128, 96)  # width and height of the files
NAMES = ["square", "disc"]
CATEGORY_IDS = [7, 3]
# Where objects are, give or take SHIFT pixels: a small, a medium and a large one.
PLACES = [(8, 8, 32, 32), (60, 20, 110, 60), (4, 3, 124, 93)]
SHIFT = 2


def make_objects(number: int) -> list[tuple[list[int], int, int]]:
    """Return box, class and kind of up to three objects in an image; every fifth has none."""
    chance, objects = random.Random(number), []
    for i, place in enumerate(PLACES):
        shifts = [chance.randint(-SHIFT, SHIFT) for _ in place]
        kind = {3: DIFFICULT, 8: CROWD}.get((number + 4 * i) % 12, 0)
        if number % 5 and (number + i) % 4:
            box = [x + shift for x, shift in zip(place, shifts, strict=True)]
            objects.append((box, (number + i) % 2, kind))
    return objects


def draw_objects(channels: int, name: str) -> Image.Image:
    """Draw noise, and on it the objects of the image, each class in its colour."""
    number = int(name.removeprefix("synthetic_"))
    noise = np.random.default_rng(number).integers(0, 100, (*reversed(SIZE), 3))
    image = Image.fromarray(noise.astype("uint8"))
    for box, label, _ in sorted(make_objects(number), reverse=True):
        paint = ImageDraw.Draw(image)
        draw = (paint.rectangle, paint.ellipse)[label]
        draw(box, fill=((250, 160, 0), (0, 120, 250))[label])
    return image if channels == 3 else image.convert("L" if channels == 1 else "RGBA")
