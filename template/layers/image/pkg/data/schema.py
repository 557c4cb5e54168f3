"""What is learnt once of the images, from those that train: the scale of pixels, colours, sizing.

It is kept in every checkpoint and beside splits.csv, as schema.json. Images that come later are
read by it; what differs is said.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

from torch import Tensor

from ..engine.errors import UserError
from ..engine.files import write_text
from .formats.headers import Values, measure_values, read_headers, spread
from .pixels import TOP, WIDE
from .samples import Samples
from .sizing import cut_off, describe_sizing, kept_shape

COMPARED = 200  # images of 16 or 32 bits whose range is compared with that of the training
LEVELS = 16  # of 256, in which fewer most pixels hardly show anything
BEYOND = 0.1  # of the range: how far other images may go before that is said


@dataclass(frozen=True)
class Schema:
    """Plain values alone, so that it can be kept as JSON."""

    dataset_path: str
    train_hash: str  # of the names of the images that train: they are never evaluated
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
            dataset_path=settings.dataset_path,
            train_hash=hash_names([samples.names[i] for i in train.tolist()]),
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


def hash_names(names: Sequence[str]) -> str:
    """Return a hash of the names, in whatever order they come."""
    text = "\n".join(sorted(names))
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def bits_of(mode: str) -> int:
    """Return the bits of a channel in a mode of Pillow."""
    return 8 if mode not in WIDE else 16 if "16" in mode else 32


def is_grey(mode: str) -> bool:
    """Say whether a mode of Pillow has no colours."""
    return mode in ("1", "L", "LA", "La", "F", *WIDE)


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
