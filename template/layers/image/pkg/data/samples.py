"""Images as a source finds them, and how they become bytes of one shape."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor
from torch.utils.data import Dataset

from ..batch import Batch
from ..engine import faults
from ..engine.data.quarantine import Quarantine
from ..engine.errors import UserError
from .settings import DataSettings

MODES = {1: "L", 3: "RGB", 4: "RGBA"}  # by the number of channels
SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}


@dataclass(frozen=True)
class Samples(Dataset[Batch]):
    """All samples of a data set, before any split. N samples, K classes or targets."""

    settings: DataSettings
    read: Callable[[str], Image.Image]  # from a name; worker processes get a pickled copy
    names: list[str]  # unique, and the same on every machine
    targets: Tensor  # classes int64 [N], or labels or numbers float32 [N, K]
    output_names: list[str]  # K names, of the classes or of the targets
    fallback: Tensor | None = None  # int64 [N] sample to use instead of an unreadable one
    quarantine: Quarantine = field(default_factory=lambda: Quarantine(None, 0.0, 0))
    #: if data_source == "image_csv"
    broken: dict[int, str] = field(default_factory=dict)  # line of the CSV file: what is wrong
    #: endif

    def __getitem__(self, ids: list[int]) -> Batch:
        """Return the images of these numbers as bytes [B, C, H, W], with their targets.

        Raises:
            UserError: more images than `data.max_unreadable`, or a whole split, are unreadable.
        """
        images, used = zip(*map(self.read_or_replace, ids), strict=True)
        return Batch(torch.stack(images), self.targets[list(used)], torch.tensor(ids))

    def read_or_replace(self, index: int) -> tuple[Tensor, int]:
        """Return the first readable image from `index` on, by way of `fallback`, and its index."""
        used = index
        while True:
            try:
                return self.read_pixels(used), used
            except UserError as error:
                self.quarantine.add(self.names[used], used, str(error))
                assert self.fallback is not None
                used = int(self.fallback[used])
                if used == index:
                    raise UserError(f"a whole split is broken, the last: {error}") from None

    def read_pixels(self, index: int) -> Tensor:
        """Return an image as the settings want it, uint8 [C, H, W].

        Raises:
            UserError: the image cannot be read or converted; the message names it.
        """
        steps, shape = self.settings.preprocessing, self.settings.input_shape
        try:
            faults.point("read", self.names[index])
            with self.read(self.names[index]) as image:
                return preprocess(convert(image, shape[0]), steps, shape)
        except Exception as error:  # each decoder of PIL raises what it likes
            raise UserError(f"image {self.names[index]}: {error}") from error


def find_images(folder: Path, pattern: str) -> list[Path]:
    """Return the image files in `folder` that match, sorted, without the hidden ones."""
    files = (file for file in folder.glob(pattern) if file.suffix.lower() in SUFFIXES)
    return sorted(file for file in files if "/." not in f"/{file.relative_to(folder).as_posix()}")


def read_file(folder: Path, name: str) -> Image.Image:
    """Open the image that is called `name`, starting from `folder`."""
    return Image.open(folder / name)


def convert(image: Image.Image, channels: int) -> Image.Image:
    """Turn any image upright, with 8 bits a channel; transparent parts become white.

    Raises:
        ValueError: the pixels are floats, whose range is unknown.
    """
    image = ImageOps.exif_transpose(image)  # decodes, too
    if image.mode == "F":
        raise ValueError("pixels are floats of unknown range: save 8 or 16 bits")
    if image.mode.startswith("I"):  # 16 bits or 32: PIL would clip them at 255, not scale them
        scale = 1 if image.mode == "I" and np.asarray(image).max() <= 255 else 256
        image = image.convert("I").point(lambda value: value / scale).convert("L")
    if image.has_transparency_data and channels != 4:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA"))
    return image.convert(MODES[channels])


def preprocess(image: Image.Image, steps: Sequence[str], shape: Sequence[int]) -> Tensor:
    """Apply `steps` in order and return uint8 [C, H, W]; nothing here is random.

    Raises:
        ValueError: the steps do not end at `shape`.
    """
    channels, height, width = shape
    for step in steps:
        if step == "resize" and {"crop", "center_crop"} & {*steps}:  # leave a margin to crop
            larger = (round(width * 8 / 7), round(height * 8 / 7))
            image = ImageOps.cover(image, larger, Image.Resampling.BILINEAR)
        elif step == "resize":
            image = image.resize((width, height), Image.Resampling.BILINEAR)
        elif step == "pad":  # to a square, so that resizing keeps the proportions
            image = ImageOps.pad(image, (max(image.size), max(image.size)))
        elif step == "grayscale":
            image = ImageOps.grayscale(image).convert(MODES[channels])
        else:  # a crop of the middle; beyond the edge everything is black
            left, top = (image.width - width) // 2, (image.height - height) // 2
            image = image.crop((left, top, left + width, top + height))
    if image.size != (width, height):
        size = f"{image.height} x {image.width}, not data.input_shape's {height} x {width}"
        raise ValueError(f"{size}: let resize come last in data.preprocessing")
    return torch.from_numpy(np.array(image).reshape(height, width, channels)).permute(2, 0, 1)
