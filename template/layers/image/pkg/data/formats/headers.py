"""What many images say before they are decoded, and the values of those of 16 or 32 bits."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

import numpy as np
from PIL import Image
from torch import Tensor

from ..pixels import WIDE
from ..samples import Samples

LOOKED = 2_000  # images whose headers are read, evenly spread
PIXELS = 1_000  # of an image, evenly spread, that quantiles are computed from
ORIENTATION = 0x0112  # tag of EXIF: from 5 on, width and height are swapped
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
