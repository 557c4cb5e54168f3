"""Your data: say here what there is and how to read it.

Nothing else has to change, but for predict.py: it opens what PIL can, in `read_inputs`.

The example draws discs and squares, so that the project runs before your data are in.
"""

import random
from pathlib import Path

from PIL import Image, ImageDraw

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels of the image
SIDE = 64  # pixels of the images in the example


def find_objects(dataset_path: Path) -> dict[str, list[tuple[str, Box]]]:
    """Return the objects of each image, class and box, by a name that no other image has.

    An image without objects has an empty list. With files this may be
    `{file.name: read_boxes(file) for file in dataset_path.glob("*.png")}`, `read_boxes` yours.
    """
    return {f"{number:03}": choose_shapes(number) for number in range(240)}


def read_image(dataset_path: Path, name: str) -> Image.Image:
    """Return the image called `name`, in any mode and size that PIL knows.

    With files this may be `Image.open(dataset_path / name)`.
    """
    chance = random.Random(name)
    image = Image.new("RGB", (SIDE, SIDE), (chance.randrange(100), 0, chance.randrange(100)))
    draw = ImageDraw.Draw(image)
    for shape, (left, top, right, bottom) in choose_shapes(int(name)):
        paint = draw.ellipse if shape == "disc" else draw.rectangle
        paint((left, top, right - 1, bottom - 1), (255, chance.randrange(100, 255), 0))
    return image


def choose_shapes(number: int) -> list[tuple[str, Box]]:
    """Return up to three shapes that do not overlap, each in its own quarter of the image."""
    chance, half = random.Random(number), SIDE // 2
    shapes = list[tuple[str, Box]]()
    for quarter in chance.sample(range(4), chance.randrange(4)):
        side = chance.randrange(12, half)
        left = quarter % 2 * half + chance.randrange(half - side)
        top = quarter // 2 * half + chance.randrange(half - side)
        shapes.append((chance.choice(["disc", "square"]), (left, top, left + side, top + side)))
    return shapes
