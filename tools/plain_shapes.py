"""Planted shapes that do not overlap, on noise: 3,000 images of 96 x 96 and COCO's JSON.

`python -m tools.plain_shapes FOLDER` writes them. docs/vision.md measures on them what the set
`shapes` of the template, in which shapes cover each other, keeps a detector from.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw

SIDE, IMAGES = 96, 3000
SIDES = (12, 41)  # pixels of a shape's box, the last not included
ATTEMPTS = 50  # to find a place
NAMES = ("circle", "square", "triangle")
Square = tuple[int, int, int]  # left, top and side of a box


def main() -> None:
    """Write the images and their annotations."""
    folder, random = Path(sys.argv[1]), np.random.default_rng(0)
    (folder / "images").mkdir(parents=True)
    images, annotations = list[dict[str, Any]](), list[dict[str, Any]]()
    for number in range(1, IMAGES + 1):
        name = f"{number - 1:04}.png"
        image = Image.fromarray(random.integers(0, 120, (SIDE, SIDE, 3), dtype=np.uint8))
        for box, category in draw(image, random):
            left, top, side = box
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": category + 1,
                    "bbox": [left, top, side, side],
                    "area": side**2,
                    "iscrowd": 0,
                }
            )
        image.save(folder / "images" / name)
        images.append({"id": number, "file_name": name, "width": SIDE, "height": SIDE})
    categories = [{"id": k + 1, "name": name} for k, name in enumerate(NAMES)]
    whole = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "annotations.json").write_text(json.dumps(whole))


def draw(image: Image.Image, random: Generator) -> list[tuple[Square, int]]:
    """Draw one to four shapes; return their boxes and classes."""
    pen, drawn = ImageDraw.Draw(image), list[tuple[Square, int]]()
    for _ in range(random.integers(1, 5)):
        box = place(random, [box for box, _ in drawn])
        if box is None:
            continue
        left, top, side = box
        right, bottom = left + side - 1, top + side - 1
        kind = int(random.integers(len(NAMES)))
        red, green, blue = (int(x) for x in random.integers(130, 256, 3))
        if kind == 0:
            pen.ellipse([left, top, right, bottom], fill=(red, green, blue))
        elif kind == 1:
            pen.rectangle([left, top, right, bottom], fill=(red, green, blue))
        else:
            corners = [(left, bottom), (right, bottom), (left + side // 2, top)]
            pen.polygon(corners, fill=(red, green, blue))
        drawn.append((box, kind))
    return drawn


def place(random: Generator, others: list[Square]) -> Square | None:
    """Return a box apart from the others, unless none is found."""
    for _ in range(ATTEMPTS):
        side = int(random.integers(*SIDES))
        left, top = (int(random.integers(0, SIDE - side)) for _ in range(2))
        if all(
            left + side <= x or x + other <= left or top + side <= y or y + other <= top
            for x, y, other in others
        ):
            return left, top, side
    return None


if __name__ == "__main__":
    main()
