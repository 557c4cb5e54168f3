"""Lines of YOLO labels: `class x y width height` as fractions of the image, from its middle.

More columns are the corners of a polygon, `class x1 y1 x2 y2 …`, of which the extent is used.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-3  # by which a fraction may be above 1 or below 0
FRACTION = 2.0  # up to which a value may be a wrong fraction; above, it looks like pixels


class Line(NamedTuple):
    """A line that has something in it."""

    image: int  # number of the image
    place: str  # file and line, for messages
    words: list[str]


class Box(NamedTuple):
    """A line that can be used."""

    line: Line
    label: int  # number of the class in the files
    corners: tuple[float, float, float, float]  # x1, y1, x2, y2 as fractions of the image


def read_lines(content: bytes, image: int, name: str) -> list[Line]:
    """Return the lines of a file that are not blank."""
    lines = content.decode("utf-8-sig", errors="replace").splitlines()
    words = ((number, line.split()) for number, line in enumerate(lines, 1))
    return [Line(image, f"{name} line {number}", each) for number, each in words if each]


def parse(line: Line, size: Sequence[int], classes: Sequence[int] | None, place: str) -> Box:
    """Return the box of a line.

    Args:
        line: Of `read_lines`.
        size: Width and height of the image; 0: not known.
        classes: Numbers that classes have; None: any.
        place: Where the names of the classes are, for messages.

    Raises:
        ValueError: the line is not what it should be; the message says how.
    """
    try:
        first, *numbers = map(float, line.words)
    except ValueError:
        raise ValueError(f"{' '.join(line.words)[:60]!r} is not a class and numbers") from None
    count = len(line.words)
    if count < 5 or count % 2 == 0:
        hint = ", as a model's answers with their confidence" if count == 6 else ""
        raise ValueError(f"{count} columns{hint}: a box has 5, a polygon 7, 9 or more")
    if first < 0 or not first.is_integer() or (classes and first not in classes):
        known = f"{place} names {len(classes)}, from {min(classes)}" if classes else "from 0 on"
        raise ValueError(f"there is no class {first:g}: {known}")
    for value in numbers:
        if not -ROUNDING <= value <= 1 + ROUNDING:
            problem = f"{value:g} is no fraction of the image, from 0 to 1"
            if max(numbers) > FRACTION and (not size[0] or max(numbers) <= max(size)):
                problem += ": values look like pixels: divide them by width and height"
            raise ValueError(problem)
    return Box(line, int(first), to_corners(numbers))


def to_corners(numbers: Sequence[float]) -> tuple[float, float, float, float]:
    """Return x1, y1, x2, y2 of middle, width and height, or of the corners of a polygon."""
    if len(numbers) == 4:
        x, y, width, height = numbers
        return x - width / 2, y - height / 2, x + width / 2, y + height / 2
    return min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])


def to_pixels(
    corners: Sequence[tuple[float, ...]], sizes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return boxes [T, 4] in pixels of images whose width and height are `sizes` [T, 2]."""
    fractions = np.array(corners, np.float64).reshape(-1, 4)
    boxes: NDArray[np.float64] = fractions * np.tile(np.maximum(sizes, 1), 2)
    return boxes
