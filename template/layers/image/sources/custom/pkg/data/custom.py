"""Your data: say here what there is and how to read it.

Nothing else has to change, but for predict.py: it opens what PIL can, in `read_inputs`.

The example draws discs and squares, so that the project runs before your data are in.
"""

import random
from pathlib import Path

from PIL import Image, ImageDraw


def find_rows(dataset_path: Path) -> dict[str, dict[str, object]]:
    """Return the target columns of each image, by a name that no other image has.

    With files this may be `{file.name: {...} for file in dataset_path.glob("*.png")}`.
    """
    rows: dict[str, dict[str, object]] = {}
    for number in range(240):
        size = random.Random(number).uniform(0.2, 0.9)
        shape = ("disc", "square")[number % 2]
        rows[f"{shape}-{size:.3f}-{number}"] = {
            #: if objective == "single_label"
            "shape": shape,
            #: endif
            #: if objective == "multi_label"
            "round": int(shape == "disc"),
            "large": int(size > 0.5),
            #: endif
            #: if objective == "targets"
            "size": size,
            #: endif
        }
    return rows


def read_image(dataset_path: Path, name: str) -> Image.Image:
    """Return the image called `name`, in any mode and size that PIL knows.

    With files this may be `Image.open(dataset_path / name)`.
    """
    shape, size, number = name.split("-")
    chance = random.Random(number)
    side = 48 * float(size)
    left, top = chance.uniform(0, 48 - side), chance.uniform(0, 48 - side)
    image = Image.new("RGB", (48, 48), (chance.randrange(100), 0, chance.randrange(100)))
    draw = ImageDraw.Draw(image)
    paint = draw.ellipse if shape == "disc" else draw.rectangle
    paint((left, top, left + side, top + side), (255, chance.randrange(100, 255), 0))
    return image
