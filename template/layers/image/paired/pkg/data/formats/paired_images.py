"""Images in one folder and their masks in another: which there are, and how an image is opened.

The folders may lie in `train`, `val` and `test`, or hold those, which then are the splits; or lists
of Pascal VOC in ImageSets say them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from PIL import ExifTags, Image

from ...engine.errors import UserError
from .image_files import find_images, read_file
from .mask_files import WANTED, Pairs, pair_files, read_folders


def find_pairs(root: Path) -> tuple[Path, Pairs, list[str]]:
    """Return the folder that paths start from, each image with its mask, and what was left out.

    Raises:
        UserError: there are no pairs, or the splits are not clear.
    """
    if not root.is_dir():
        place = f"data.dataset_path: {root} ({root.resolve()})"
        raise UserError(f"{place} is no folder: this project reads {WANTED}")
    files, others = find_images(root)
    while (only := only_folder([*files, *others])) is not None:  # as archives are unpacked
        root = root / only
        files, others = find_images(root)
    pairs = pair_files(root, files, others)
    folders = {PurePosixPath(name).parent for name in (*pairs.images, *pairs.masks)}
    return root, pairs, [name for name in others if PurePosixPath(name).parent in folders]


def given_splits(pairs: Pairs) -> list[str] | None:
    """Return the split of each image, where folders or lists say it."""
    return pairs.splits if "train" in pairs.splits and len({*pairs.splits}) > 1 else None


def only_folder(files: Sequence[str]) -> str | None:
    """Return the folder in which all files lie, if it is called neither images nor masks."""
    tops = {file.split("/")[0] for file in files if "/" in file}
    alone = len(tops) == 1 and all("/" in file for file in files)
    return tops.pop() if alone and not any(read_folders(f"{next(iter(tops))}/x")[:2]) else None


def read_upright(root: Path, masks: Mapping[str, str], name: str) -> Image.Image:
    """Open an image as its mask was drawn: of a camera that was turned, upright or as it lies.

    Most readers of images heed what EXIF says, and some tools to draw masks do not. The sizes tell,
    but for a square: that becomes upright.
    """
    image = read_file(root, name)
    exif = image.getexif()
    if exif.get(ExifTags.Base.Orientation, 1) > 4 and image.width != image.height:
        with read_file(root, masks[name]) as mask:
            if mask.size == image.size:
                del exif[ExifTags.Base.Orientation]  # nobody turns it any more
    return image
