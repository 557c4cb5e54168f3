"""Images as they were annotated: their sizes, and whether boxes know that a camera was turned.

A photograph may be stored lying, with a tag of EXIF that says how to turn it. Boxes may be of
the pixels as they are stored, or of the upright image: the annotated width and height tell.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .headers import ORIENTATION, in_threads
from .image_files import read_file

Size = tuple[int, int]  # width and height


def is_turned(image: Image.Image) -> bool:
    """Say whether width and height change places as the image is turned upright."""
    return "exif" in image.info and image.getexif().get(ORIENTATION, 1) > 4


def read_annotated(root: Path, sizes: Mapping[str, Size], name: str) -> Image.Image:
    """Open an image so that it becomes upright only if its annotations are of that.

    A square tells nothing: it becomes upright.

    Args:
        root: Folder that names start from.
        sizes: Annotated width and height of images, where they are known.
        name: Of the image.
    """
    image = read_file(root, name)
    lying, annotated = image.size, sizes.get(name)
    if annotated == lying != lying[::-1] and is_turned(image):
        del image.getexif()[ORIENTATION]  # nobody turns it any more
    return image


def measure_sizes(root: Path, names: Sequence[str]) -> NDArray[np.int64]:
    """Return width and height of upright images, int64 [N, 2]; 0 where one cannot be read."""

    def measure(name: str) -> Size:
        with read_file(root, name) as image:
            width, height = image.size
            return (height, width) if is_turned(image) else (width, height)

    sizes = [size or (0, 0) for size in in_threads(measure, names)]
    return np.array(sizes, np.int64).reshape(-1, 2)


def known_sizes(names: Sequence[str], sizes: NDArray[np.int64]) -> dict[str, Size]:
    """Return the sizes that are known, for `read_annotated`."""
    pairs = zip(names, sizes.tolist(), strict=True)
    return {name: (width, height) for name, (width, height) in pairs if width and height}
