"""Images in one folder and their masks in another, paired by their names.

The folders may lie in `train`, `val` and `test`, or hold those, which then are the splits.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PIL import ExifTags, Image

from ..engine.errors import UserError
from ..masks import VOID
from .image_files import find_images, read_file
from .mask_files import WANTED, pair_files, read_folders
from .mask_pixels import MaskFiles, Meaning
from .mask_values import VOID_NAME, find_meaning
from .masks import Masks
from .samples import Samples
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Find every image with its mask, and what the values in masks mean.

    Raises:
        UserError: there are no pairs, or it is not clear what the masks mean.
    """
    root = Path(settings.dataset_path)
    if not root.is_dir():
        place = f"data.dataset_path: {root} ({root.resolve()})"
        raise UserError(f"{place} is no folder: this project reads {WANTED}")
    files, others = find_images(root)
    if (only := only_folder([*files, *others])) is not None:  # as archives are unpacked
        root = root / only
        files, others = find_images(root)
    pairs = pair_files(root, files)
    meaning = find_meaning(settings, root, pairs.masks)
    masks = Masks(
        pairs.masks,
        MaskFiles(root, meaning),
        len(meaning.names),
        describe_values(meaning),
        pairs.findings,
    )
    return Samples(
        settings,
        partial(read_image, root, dict(zip(pairs.images, pairs.masks, strict=True))),
        pairs.images,
        masks,
        meaning.names,
        given=pairs.splits if "train" in pairs.splits and len({*pairs.splits}) > 1 else None,
        left_out=[name for name in others if read_folders(name)[0]],
    )


def only_folder(files: Sequence[str]) -> str | None:
    """Return the folder in which all files lie, if it is called neither images nor masks."""
    tops = {file.split("/")[0] for file in files if "/" in file}
    alone = len(tops) == 1 and all("/" in file for file in files)
    return tops.pop() if alone and not any(read_folders(f"{next(iter(tops))}/x")[:2]) else None


def read_image(root: Path, masks: Mapping[str, str], name: str) -> Image.Image:
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


def describe_values(meaning: Meaning) -> dict[str, str]:
    """Return the name of the class of each value or colour that occurs, as text."""
    names = dict(enumerate(meaning.names)) | {VOID: VOID_NAME}
    form, known = "#{:06x}" if meaning.in_colour else "{}", meaning.classes
    occurring = [value for value in meaning.found or known if value in known]
    return {form.format(value): names[known[value]] for value in sorted(occurring)}
