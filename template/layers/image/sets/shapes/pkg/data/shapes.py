"""Discs, squares and triangles on noise: images that are made up, so that the truth is exact.

Each image depends on its number alone. M shapes in an image, S its side.
"""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

CLASSES = ("disc", "square", "triangle")
SPLITS = {"train": 2400, "val": 300, "test": 300}  # number of images
SIDE = 96  # pixels
MAX_SHAPES = 4
RADIUS = (6, 20)  # pixels: half of a shape's side, or of its diameter
VISIBLE = 0.75  # fraction of a shape that later ones must leave uncovered
CONTRAST = 64  # how far two colours of an image differ in some channel at least
NOISE_STEPS, NOISE_STEP = 4, 8  # above and below a colour, and the size of one
ATTEMPTS = 100  # to find a place or a colour


class Shape(NamedTuple):
    """A shape in an image."""

    label: int  # index into CLASSES
    area: int  # pixels, with those that later shapes cover
    mask: NDArray[np.bool_]  # [S, S]: where it is seen


class Drawing(NamedTuple):
    """An image and its shapes."""

    pixels: NDArray[np.uint8]  # [S, S, 3]
    shapes: list[Shape]  # M, from the back to the front


def numbers_of(split: str) -> range:
    """Return the numbers of the images of a split."""
    names = list(SPLITS)
    start = sum(SPLITS[name] for name in names[: names.index(split)])
    return range(start, start + SPLITS[split])


def draw(number: int) -> Drawing:
    """Draw an image with one to `MAX_SHAPES` shapes."""
    random = np.random.default_rng([SIDE, number])
    shapes = list[Shape]()
    for _ in range(random.integers(1, MAX_SHAPES + 1)):
        shapes = with_another(random, shapes)
    colors = [choose_color(random, [])]  # that of the background
    pixels = np.full((SIDE, SIDE, 3), colors[0])
    for shape in shapes:
        colors.append(choose_color(random, colors))
        pixels[shape.mask] = colors[-1]
    pixels += NOISE_STEP * random.integers(-NOISE_STEPS, NOISE_STEPS + 1, pixels.shape)
    return Drawing(pixels.astype(np.uint8), shapes)


def with_another(random: Generator, shapes: list[Shape]) -> list[Shape]:
    """Return the shapes and one in front of them; or them alone, if it always covers too much."""
    for _ in range(ATTEMPTS):
        label = int(random.integers(len(CLASSES)))
        mask = place(random, CLASSES[label])
        behind = [each._replace(mask=each.mask & ~mask) for each in shapes]
        if all(each.mask.sum() >= VISIBLE * each.area for each in behind):
            return [*behind, Shape(label, int(mask.sum()), mask)]
    return shapes


def place(random: Generator, name: str) -> NDArray[np.bool_]:
    """Return the pixels [S, S] of a shape of random size, somewhere within the image."""
    radius = random.uniform(*RADIUS)
    middles = np.arange(SIDE) + 0.5  # of pixels
    x = middles[None] - random.uniform(radius, SIDE - radius)
    y = middles[:, None] - random.uniform(radius, SIDE - radius)
    if name == "disc":
        return x**2 + y**2 <= radius**2
    if name == "square":
        return (abs(x) <= radius) & (abs(y) <= radius)
    return (2 * abs(x) <= y + radius) & (y <= radius)  # stands on its base


def choose_color(random: Generator, others: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return a colour [3] unlike the others, with room for the noise."""
    margin = NOISE_STEPS * NOISE_STEP
    for _ in range(ATTEMPTS):
        color = random.integers(margin, 256 - margin, 3)
        if all(abs(color - other).max() >= CONTRAST for other in others):
            break
    return color
