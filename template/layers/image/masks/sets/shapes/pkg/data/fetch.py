"""Shapes on noise, made up, as the files that you would have yourself: images and masks.

Training calls `obtain`; so does `python -m pkg.data.fetch`.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from .settings import DataSettings
from .shapes import SIDE, SPLITS, draw, numbers_of

FOLDER = Path("data/shape_masks")


def obtain(settings: DataSettings) -> DataSettings:
    """Write the images if `data.dataset_path` is `FOLDER`; any other folder is your own."""
    if Path(settings.dataset_path) == FOLDER:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write 3,000 images, 96 by 96, and their masks in three splits, unless `folder` exists."""
    if folder.exists():
        return
    draft = folder.with_name(f".{folder.name}")
    for split in SPLITS:
        images, masks = draft / split / "images", draft / split / "masks"
        images.mkdir(parents=True, exist_ok=True)
        masks.mkdir(exist_ok=True)
        for number in numbers_of(split):
            drawing = draw(number)
            mask = np.zeros((SIDE, SIDE), "uint8")  # 0 is the background
            for shape in drawing.shapes:
                mask[shape.mask] = shape.label + 1
            Image.fromarray(drawing.pixels).save(images / f"{number:04}.png", compress_level=1)
            Image.fromarray(mask).save(masks / f"{number:04}.png")
    draft.rename(folder)  # so that it is never half there
    print(f"the shapes are in {folder}")


if __name__ == "__main__":
    write(FOLDER)
