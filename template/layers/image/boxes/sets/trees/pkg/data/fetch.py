"""Trees from above, which the package deepforest carries, as the files that you would have.

Training calls `obtain`; so does `python -m pkg.data.fetch`.

Four aerial photographs become tiles, with boxes as COCO JSON in the folders train, valid and test.
"""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..engine.errors import run
from .formats.coco_writer import ImageEntry, annotation, write_images
from .settings import DataSettings
from .wheel import Wheel, read_wheel

FOLDER = Path("data/trees")
CLASSES = ["tree"]
SIDE = 128  # pixels of a tile
KEPT = 0.25  # fraction of a tree's box in a tile from which on it counts
NOTE = (
    "Tiles of aerial photographs of NEON in deepforest 2.1.0. No photograph is in two splits. "
    "Boxes are cut at the border of their tile; with less than a quarter of it left, a box is "
    "marked as a crowd, which is neither learnt nor missed."
)
WHEEL = Wheel(
    "deepforest",
    "2.1.0",
    "8c2798d8e9be7f0004b194fe207b76c1d9fff6e711b3db67b9508dcd5d00ae54",
    "21 MB",
)
LICENSE = "deepforest-2.1.0.dist-info/licenses/LICENSE"
PHOTOGRAPHS = {
    "train": ["2019_YELL_2_528000_4978000_image_crop2", "SOAP_061"],
    "valid": ["OSBS_029"],
    "test": ["2019_YELL_2_541000_4977000_image_crop"],
}  # by split


def obtain(settings: DataSettings) -> DataSettings:
    """Write the tiles if `data.dataset_path` is `FOLDER`; any other folder is your own.

    Raises:
        UserError: the package cannot be downloaded, or is not the one that it was.
    """
    if Path(settings.dataset_path) == FOLDER:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write 482 tiles, 128 by 128, in three splits, unless `folder` exists."""
    if folder.exists():
        return
    names = [path_of(name) for split in PHOTOGRAPHS.values() for name in split]
    paths = [f"{name}.{suffix}" for name in names for suffix in ("png", "xml")]
    files = read_wheel(WHEEL, [*paths, LICENSE])
    draft = folder.with_name(f".{folder.name}")
    for split, found in PHOTOGRAPHS.items():
        tiles = (tile for name in found for tile in cut(name, files))
        write_images(draft / split, CLASSES, tiles, NOTE)
    (draft / "LICENSE.txt").write_bytes(files[LICENSE])
    draft.rename(folder)  # so that it is never half there
    print(f"the trees are in {folder}")


def path_of(name: str) -> str:
    """Return the path of a photograph in the package, without a suffix."""
    return f"deepforest/data/{name}"


def cut(name: str, files: dict[str, bytes]) -> Iterator[ImageEntry]:
    """Yield the tiles of a photograph, row by row; neighbours may share some pixels."""
    image = Image.open(io.BytesIO(files[f"{path_of(name)}.png"]))
    pixels = np.asarray(image.convert("RGB"))  # [H, W, 3]
    boxes = read_boxes(files[f"{path_of(name)}.xml"])  # [M, 4]
    for top in starts(pixels.shape[0]):
        for left in starts(pixels.shape[1]):
            tile = pixels[top : top + SIDE, left : left + SIDE]
            trees = list(trees_in(boxes - np.array([left, top] * 2)))
            yield ImageEntry(f"{name}_{top:04}_{left:04}", tile, trees)


def starts(length: int) -> list[int]:
    """Return where tiles begin that cover a length with the least overlap, spread evenly."""
    count = -(-length // SIDE)
    return [round(i * (length - SIDE) / max(1, count - 1)) for i in range(count)]


def read_boxes(content: bytes) -> NDArray[np.int64]:
    """Return boxes [M, 4] as left, top, right and bottom, in pixels from 0."""
    objects = ElementTree.fromstring(content).iter("bndbox")
    sides = ("xmin", "ymin", "xmax", "ymax")
    rows = [[int(box.findtext(side, "")) for side in sides] for box in objects]
    return np.array(rows)


def trees_in(boxes: NDArray[np.int64]) -> Iterator[dict[str, object]]:
    """Yield the trees whose boxes [M, 4], relative to a tile, reach into it."""
    for whole, part in zip(boxes, boxes.clip(0, SIDE), strict=True):
        area = (part[2:] - part[:2]).prod()
        if area > 0:
            crowd = area < KEPT * (whole[2:] - whole[:2]).prod()
            left, top, right, bottom = part.tolist()
            yield annotation(0, (left, top, right, bottom), int(area), iscrowd=int(crowd))


if __name__ == "__main__":
    run(partial(write, FOLDER))
