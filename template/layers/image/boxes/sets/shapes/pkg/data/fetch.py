"""Shapes on noise, made up, as the files that you would have yourself: COCO JSON in folders.

Training calls `obtain`; so does `python -m pkg.data.fetch`.
"""

from pathlib import Path

import numpy as np

from .formats.coco_writer import ImageEntry, annotation, write_images
from .settings import DataSettings
from .shapes import CLASSES, SPLITS, draw, numbers_of

FOLDER = Path("data/shapes")
FOLDERS = {"train": "train", "val": "valid", "test": "test"}
NOTE = "discs, squares and triangles on noise: made up, each box the extent of what is seen"


def obtain(settings: DataSettings) -> DataSettings:
    """Write the images if `data.dataset_path` is `FOLDER`; any other folder is your own."""
    if Path(settings.dataset_path) == FOLDER:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write 3,000 images, 96 by 96, in three splits, unless `folder` exists."""
    if folder.exists():
        return
    draft = folder.with_name(f".{folder.name}")
    for split in SPLITS:
        images = map(annotate, numbers_of(split))
        write_images(draft / FOLDERS[split], CLASSES, images, NOTE)
    draft.rename(folder)  # so that it is never half there
    print(f"the shapes are in {folder}")


def annotate(number: int) -> ImageEntry:
    """Return an image with the boxes of its shapes."""
    drawing, objects = draw(number), []
    for shape in drawing.shapes:
        rows, columns = np.nonzero(shape.mask)
        box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        objects.append(annotation(shape.label, box, len(rows)))
    return ImageEntry(f"{number:04}", drawing.pixels, objects)


if __name__ == "__main__":
    write(FOLDER)
