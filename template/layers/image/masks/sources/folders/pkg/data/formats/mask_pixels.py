"""From the pixels of a mask's file to classes: values of grey, numbers of a palette, or colours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from ..masks import Array
from .image_files import read_file

LOSSY = ("JPEG", "MPO")  # formats of Pillow that make values up
NAMED = 8  # values or colours that a message names


class Meaning(NamedTuple):
    """What the values of masks mean. K classes."""

    names: list[str]  # K
    classes: dict[int, int]  # class of each value, or of each colour as 0xRRGGBB; VOID
    in_colour: bool = False
    found: Sequence[int] = ()  # values that were seen in masks; none where the settings say all


@dataclass(frozen=True)
class MaskFiles:
    """Reads masks by their names."""

    root: Path
    meaning: Meaning

    def __call__(self, name: str) -> Array:
        """Return the class of each pixel of a mask, uint8 [H, W].

        Raises:
            OSError: Pillow cannot read it.
            ValueError: it holds what is no class; the message says what.
        """
        with read_file(self.root, name) as image:
            if self.meaning.in_colour:
                return to_classes(pack(image), self.meaning)
            values, in_colour = read_values(image)
            hint = "; JPEG makes values up: save PNG" if image.format in LOSSY else ""
        if in_colour:
            colours = first_values(np.unique(values).tolist(), in_colour)
            raise ValueError(f"it is in colour, {colours}, which data.mask_values does not name")
        try:
            return to_classes(values, self.meaning)
        except ValueError as error:
            raise ValueError(f"{error}{hint}") from None


def to_classes(values: Array, meaning: Meaning) -> Array:
    """Return the class of each value [H, W], uint8 [H, W].

    Raises:
        ValueError: some are of no class; the message names them.
    """
    keys = np.array(sorted(meaning.classes), np.int64)
    classes = np.array([meaning.classes[key] for key in keys.tolist()], np.uint8)
    if values.dtype == np.uint8:  # a table is quicker
        table, known = np.zeros(256, np.uint8), np.isin(np.arange(256), keys)
        table[keys[keys < 256]] = classes[keys < 256]
        found, good = table[values], known[values]
    else:
        places = np.searchsorted(keys, values).clip(max=len(keys) - 1)
        found, good = classes[places], keys[places] == values
    if good.all():
        return found
    wrong = first_values(np.unique(values[~good]).tolist(), meaning.in_colour)
    known_ones = first_values(keys.tolist(), meaning.in_colour)
    raise ValueError(
        f"{(~good).sum():,} pixels are {wrong}, which is no class: those are {known_ones}"
    )


def read_values(image: Image.Image) -> tuple[Array, bool]:
    """Return the value of each pixel [H, W], and whether those are colours as 0xRRGGBB.

    The value is that of grey, also where it is kept as RGB, or the number in a palette; two tones
    are 0 and 1.
    """
    pixels: Array = np.asarray(image)
    if pixels.ndim == 3 and pixels.shape[2] > 2 and (pixels[..., :1] != pixels[..., 1:3]).any():
        return pack(image), True
    values = pixels if pixels.ndim == 2 else pixels[..., 0]
    if values.dtype == bool:
        return values.astype(np.uint8), False
    whole = values.dtype.kind != "f" or bool((values == values.round()).all())
    return values if values.dtype == np.uint8 or not whole else values.astype(np.int64), False


def pack(image: Image.Image) -> Array:
    """Return the colour of each pixel as 0xRRGGBB, int64 [H, W]."""
    red, green, blue = np.moveaxis(np.asarray(image.convert("RGB"), np.int64), 2, 0)
    packed: Array = red << 16 | green << 8 | blue
    return packed


def first_values(values: Iterable[int], in_colour: bool = False) -> str:
    """Return the first values or colours in words, and how many more there are."""
    words = [f"#{value:06x}" if in_colour else f"{value:g}" for value in values]
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(words[:NAMED]) + more
