"""Nuclei of cells, which the package stardist carries, as the files that you would have.

Training calls `obtain`; so does `python -m pkg.data.fetch`.

One image becomes tiles with a box and a mask for each nucleus, as COCO JSON in the folders train,
valid and test.
"""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..engine.errors import run
from .formats.coco_writer import ImageEntry, annotation, write_images
from .settings import DataSettings
from .wheel import Wheel, read_wheel

FOLDER = Path("data/nuclei")
CLASSES = ["nucleus"]
SIDE = 128  # pixels of a tile
KEPT = 0.25  # fraction of a nucleus in a tile from which on it counts
DARK, BRIGHT = 1.0, 99.8  # percentiles of the image that become black and white
NOTE = (
    "Tiles of a fluorescence micrograph of the 2018 Data Science Bowl in stardist 0.9.2: its left "
    "half trains, in tiles that overlap by half; the upper right quarter is for validation, the "
    "lower right one for the test. Nuclei are cut at the border of their tile; with less than a "
    "quarter of it left, a nucleus is marked as a crowd, which is neither learnt nor missed."
)
WHEEL = Wheel(
    "stardist",
    "0.9.2",
    "2316c0feb7bd5621e7a277cb3868df475c338943c591925c420ee3622c42f023",
    "3 MB",
)
IMAGE, MASK = "stardist/data/images/img2d.tif", "stardist/data/images/mask2d.tif"
LICENSE = "stardist-0.9.2.dist-info/licenses/LICENSE.txt"


class Region(NamedTuple):
    """A part of the image, and how far apart its tiles begin, all in pixels."""

    top: int
    left: int
    height: int
    width: int
    step: int


REGIONS = {
    "train": Region(0, 0, 512, 256, SIDE // 2),
    "valid": Region(0, 256, 256, 256, SIDE),
    "test": Region(256, 256, 256, 256, SIDE),
}


def obtain(settings: DataSettings) -> DataSettings:
    """Write the tiles if `data.dataset_path` is `FOLDER`; any other folder is your own.

    Raises:
        UserError: the package cannot be downloaded, or is not the one that it was.
    """
    if Path(settings.dataset_path) == FOLDER:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write 29 tiles, 128 by 128, in three splits, unless `folder` exists."""
    if folder.exists():
        return
    files = read_wheel(WHEEL, [IMAGE, MASK, LICENSE])
    values, numbers = (np.asarray(Image.open(io.BytesIO(files[x]))) for x in (IMAGE, MASK))
    dark, bright = np.percentile(values, [DARK, BRIGHT])
    pixels = (255 * (values - dark) / (bright - dark)).clip(0, 255).round().astype(np.uint8)
    draft = folder.with_name(f".{folder.name}")
    for split, region in REGIONS.items():
        write_images(draft / split, CLASSES, cut(region, pixels, numbers), NOTE)
    (draft / "LICENSE.txt").write_bytes(files[LICENSE])
    draft.rename(folder)  # so that it is never half there
    print(f"the nuclei are in {folder}")


def cut(
    region: Region, pixels: NDArray[np.uint8], numbers: NDArray[np.uint16]
) -> Iterator[ImageEntry]:
    """Yield the tiles of a region of the image [H, W], whose nuclei are numbered in [H, W]."""
    areas = np.bincount(numbers.ravel())
    for top in range(region.top, region.top + region.height - SIDE + 1, region.step):
        for left in range(region.left, region.left + region.width - SIDE + 1, region.step):
            tile = np.s_[top : top + SIDE, left : left + SIDE]
            nuclei = list(nuclei_in(numbers[tile], areas))
            yield ImageEntry(f"{top:03}_{left:03}", pixels[tile], nuclei)


def nuclei_in(numbers: NDArray[np.uint16], areas: NDArray[np.int64]) -> Iterator[dict[str, object]]:
    """Yield the nuclei of a tile [S, S], each with its mask as run lengths."""
    for number in np.unique(numbers[numbers > 0]):
        mask = numbers == number
        rows, columns = np.nonzero(mask)
        box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        crowd = len(rows) < KEPT * areas[number]
        outline = {"size": list(mask.shape), "counts": run_lengths(mask)}
        yield annotation(0, box, len(rows), iscrowd=int(crowd), segmentation=outline)


def run_lengths(mask: NDArray[np.bool_]) -> list[int]:
    """Return how many pixels are 0, 1, 0, … in turn, down each column from the left."""
    flat = np.concatenate([[False], mask.ravel(order="F")])  # the first run is of zeros
    ends = [*np.flatnonzero(flat[1:] != flat[:-1]), mask.size]
    return [int(length) for length in np.diff([0, *ends])]


if __name__ == "__main__":
    run(partial(write, FOLDER))
