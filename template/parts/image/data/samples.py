"""A data set as the rest of the project sees it: images, names and targets."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from PIL import Image, ImageOps
from torch import Tensor

from ..errors import UserError

MODES = {1: "L", 3: "RGB", 4: "RGBA"}  # by the number of channels
SUFFIXES = set(".bmp .gif .jpeg .jpg .pgm .png .ppm .tif .tiff .webp".split())


class Images(Protocol):
    """Images that are read when asked for; worker processes get a pickled copy."""

    def __getitem__(self, index: int, /) -> Image.Image: ...


class Samples(NamedTuple):
    """All samples of a data set, before any split. N samples, K classes or targets."""

    images: Images
    names: list[str]  # unique, and the same on every machine
    targets: Tensor  # classes int64 [N], or labels or numbers float32 [N, K]
    output_names: list[str]  # K names, of the classes or of the targets


@dataclass(frozen=True)
class ImageFiles:
    """Files below `root`, as images with `channels` channels."""

    root: Path
    names: list[str]
    channels: int

    def __getitem__(self, index: int) -> Image.Image:
        return open_image(self.root / self.names[index], self.channels)


def open_image(path: Path, channels: int) -> Image.Image:
    """Read the whole image, not only its header; refuse a damaged one by name."""
    try:
        with Image.open(path) as image:
            return convert(image, channels)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error
    except Exception as error:  # each decoder of PIL raises what it likes
        raise UserError(f"{path} is not a readable image ({error}): repair or remove it") from error


def convert(image: Image.Image, channels: int) -> Image.Image:
    """Turn any image upright, with 8 bits for each of `channels` channels.

    16 bits lose their lower 8; see-through parts become white unless alpha is kept.
    """
    mode = MODES.get(channels)
    if mode is None:
        raise UserError(f"data.input_shape: images have 1, 3 or 4 channels, not {channels}")
    image = ImageOps.exif_transpose(image)  # decodes, too
    if image.mode == "F":
        raise UserError("pixels are floats of unknown range: save 8 or 16 bits")
    if image.mode.startswith("I"):  # PIL would clip 16 bits at 255, not scale them
        image = image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data and mode != "RGBA":
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert(mode)
