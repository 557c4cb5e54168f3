"""What is learnt once of the images, from those that train: the scale of pixels, colours, sizing.

It is kept in every checkpoint and beside splits.csv, as schema.json. Images that come later are
read by it; what differs is said.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from PIL import Image
from torch import Tensor

from ..engine.errors import UserError
from ..engine.files import write_text
from .pixels import TOP, WIDE
from .samples import Samples
from .sizing import cut_off, describe_sizing, kept_shape

LOOKED = 2_000  # images whose headers are read, evenly spread
COMPARED = 200  # images of 16 or 32 bits whose range is compared with that of the training
PIXELS = 1_000  # of an image, evenly spread, that quantiles are computed from
LEVELS = 16  # of 256, in which fewer most pixels hardly show anything
ORIENTATION = 0x0112  # tag of EXIF: from 5 on, width and height are swapped
BEYOND = 0.1  # of the range: how far other images may go before that is said
ItemT = TypeVar("ItemT")
FoundT = TypeVar("FoundT")


class Header(NamedTuple):
    """What an image says of itself before it is decoded."""

    mode: str  # of Pillow
    width: int  # as the image stands upright
    height: int
    deep: bool  # a colour image of 16 bits, of which Pillow reads the upper 8


class Values(NamedTuple):
    """The values of some images of 16 or 32 bits."""

    low: float
    high: float
    middle: tuple[float, float]  # quantiles of 0.1 % and 99.9 %


@dataclass(frozen=True)
class Schema:
    """Plain values alone, so that it can be kept as JSON."""

    bits: int  # of a pixel's channel in the files: 8, 16 or 32, the most that was found
    pixel_range: list[float] | None  # values of 16 or 32 bits that become black and white
    modes: dict[str, int]  # number of images of each of Pillow's modes
    deep: int  # number of colour images of 16 bits, of which Pillow reads the upper 8
    labels: list[str]  # text of the classes, labels or targets
    kept_shape: list[int]  # channels, height and width, before crops
    input_shape: list[int]  # that the model sees
    sizing: str  # how images come to that
    cut_off: float  # mean part of an image that is cut off for its proportions

    @classmethod
    def learn(cls, samples: Samples, train: Tensor) -> "Schema":
        """Look at the images `train`; those that cannot be read are left to others.

        Raises:
            UserError: images of 16 or 32 bits are all of one value.
        """
        settings, found = samples.settings, [*read_headers(samples, train)]
        modes = dict(sorted(Counter(header.mode for header in found).items()))
        bits = max([bits_of(mode) for mode in modes], default=8)
        pixel_range = settings.pixel_range
        if bits > 8 and pixel_range is None:
            values = measure_values(samples, train)
            if values is not None:
                pixel_range = say_range(values, bits)
        return cls(
            bits=bits,
            pixel_range=pixel_range,
            modes=modes,
            deep=sum(header.deep for header in found),
            labels=samples.output_names,
            kept_shape=kept_shape(settings),
            input_shape=settings.input_shape,
            sizing=describe_sizing(settings),
            cut_off=sum(cut_off(x.width, x.height, settings) for x in found) / max(1, len(found)),
        )

    def differences(self, samples: Samples, ids: Tensor) -> list[str]:
        """Say how other images are unlike those that trained, each in a few words."""
        modes = Counter(header.mode for header in read_headers(samples, ids))
        bits = max([bits_of(mode) for mode in modes], default=8)
        found, sizing = [], describe_sizing(samples.settings)
        if bits != self.bits:
            found.append(f"pixels have {bits} bits, not {self.bits}")
        if bits > 8 and self.pixel_range is not None:
            values, (low, high) = measure_values(samples, spread(ids, COMPARED)), self.pixel_range
            room = BEYOND * (high - low)
            if values is not None and (values.low < low - room or values.high > high + room):
                both = f"{values.low:g} to {values.high:g} go beyond {low:g} to {high:g}"
                found.append(f"values of pixels from {both} and are clipped")
        colours = [any(not is_grey(mode) for mode in each) for each in (modes, self.modes)]
        if modes and self.modes and colours[0] != colours[1]:
            kinds = ("in colour, not grey", "grey, not in colour")
            found.append(f"images are {kinds[colours[1]]}")
        if sizing != self.sizing:
            found.append(f"images are {sizing}; in training they were {self.sizing}")
        return found

    def write(self, path: Path) -> None:
        """Write it as JSON for people to read."""
        write_text(path, json.dumps(asdict(self), indent=2) + "\n")


def bits_of(mode: str) -> int:
    """Return the bits of a channel in a mode of Pillow."""
    return 8 if mode not in WIDE else 16 if "16" in mode else 32


def is_grey(mode: str) -> bool:
    """Say whether a mode of Pillow has no colours."""
    return mode in ("1", "L", "LA", "La", "F", *WIDE)


def spread(ids: Tensor, count: int) -> Tensor:
    """Return at most `count` of the sample numbers, at even distances."""
    return ids[:: max(1, -(-len(ids) // count))]


def in_threads(act: Callable[[ItemT], FoundT], items: Sequence[ItemT]) -> Iterator[FoundT | None]:
    """Yield what `act` returns for each item, or None where it raises anything."""

    def attempt(item: ItemT) -> FoundT | None:
        try:
            return act(item)
        except Exception:  # each decoder of Pillow raises what it likes; reading tells of it
            return None

    with ThreadPoolExecutor() as pool:
        yield from pool.map(attempt, items)


def header_of(image: Image.Image) -> Header:
    """Return what an image says before it is decoded."""
    deep = image.mode not in WIDE and ";16" in str(getattr(image, "tile", ""))
    width, height = image.size
    if image.format in ("JPEG", "MPO") and image.getexif().get(ORIENTATION, 1) > 4:
        width, height = height, width  # the camera was turned
    return Header(image.mode, width, height, deep)


def read_headers(samples: Samples, ids: Tensor) -> Iterator[Header]:
    """Yield the headers of some of the images, without those that cannot be read."""

    def look(index: int) -> Header:
        with samples.read(samples.names[index]) as image:
            return header_of(image)

    return (x for x in in_threads(look, spread(ids, LOOKED).tolist()) if x is not None)


def measure_values(samples: Samples, ids: Tensor) -> Values | None:
    """Return the range of the values of all images of 16 or 32 bits, or None without any."""

    def look(index: int) -> tuple[float, float, Any] | None:
        with samples.read(samples.names[index]) as image:
            if image.mode not in WIDE:
                return None
            pixels = np.asarray(image).ravel()
            some = pixels[:: max(1, len(pixels) // PIXELS)].astype(np.float64)
            return float(pixels.min()), float(pixels.max()), some

    found = [x for x in in_threads(look, ids.tolist()) if x is not None]
    if not found:
        return None
    low, high = min(x[0] for x in found), max(x[1] for x in found)
    some = np.concatenate([x[2] for x in found])
    first, last = np.quantile(some, [0.001, 0.999]).tolist()
    return Values(low, high, (first, last))


def say_range(values: Values, bits: int) -> list[float]:
    """Return which values become black and white; print them, and whether much is left to see.

    Raises:
        UserError: all pixels have the same value.
    """
    low, high, (first, last) = values
    if low == high:
        raise UserError(f"data.dataset_path: all pixels of all images are {low:g}")
    print(f"pixels have {bits} bits: {low:g} becomes black, {high:g} white (data.pixel_range)")
    levels = TOP * (last - first) / (high - low)
    if levels < LEVELS:
        few = f"most pixels are from {first:g} to {last:g}, {levels:.0f} of 256 levels of grey"
        print(f"warning: {few}: set data.pixel_range, such as [{first:g}, {last:g}]")
    return [low, high]
