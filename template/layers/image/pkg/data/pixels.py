"""From any image that Pillow opens to 8 bits a channel; 16 and 32 bits on one scale for all."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageOps

MODES = {1: "L", 3: "RGB", 4: "RGBA"}  # by the number of channels
TOP = 255  # white
WIDE = ("I", "I;16", "I;16B", "I;16L", "I;16N")  # modes of Pillow: 16 or 32 bits, grey
UNKNOWN = (
    "{bits} bits a pixel, of unknown range, since those that trained have 8: save 8 bits, or "
    "train with data.pixel_range, such as [0, 65535]"
)
FLOATS = "pixels are floats of unknown range: save 8 or 16 bits"


def convert(
    image: Image.Image, channels: int, pixel_range: Sequence[float] | None = None
) -> Image.Image:
    """Turn any image upright, with 8 bits a channel; transparent parts become white.

    Args:
        image: In any mode of Pillow.
        channels: Wanted: 1, 3 or 4.
        pixel_range: Which values of 16 or 32 bits become black and white.

    Raises:
        ValueError: the pixels are floats, or have 16 or 32 bits and no range.
    """
    image = ImageOps.exif_transpose(image)  # decodes, too
    if image.mode == "F":
        raise ValueError(FLOATS)
    if image.mode in WIDE:  # Pillow would clip them at 255, or keep the upper 8 bits
        if pixel_range is None:
            raise ValueError(UNKNOWN.format(bits=16 if "16" in image.mode else 32))
        image = scale(image, *pixel_range)
    if image.has_transparency_data and channels != 4:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA"))
    return image.convert(MODES[channels])


def scale(image: Image.Image, low: float, high: float) -> Image.Image:
    """Bring values of 16 or 32 bits to 0 to 255; what lies beyond `low` and `high` is clipped."""
    values = (np.asarray(image).astype(np.float64) - low) * (TOP / (high - low))
    return Image.fromarray(values.round().clip(0, TOP).astype(np.uint8))
