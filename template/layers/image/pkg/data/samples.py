"""Images as a source finds them, and how they become bytes of one shape."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from ..batch import Batch
from ..engine import faults
from ..engine.data.quarantine import Quarantine
from ..engine.errors import UserError
from .pixels import convert
from .settings import DataSettings
from .sizing import preprocess

STUBS = {"BUFR", "GRIB", "HDF5", "MPEG", "WMF"}  # formats that Pillow knows and cannot decode
NO_DATA = {"thumbs.db", "desktop.ini"}  # that file managers leave behind


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
    pixel_range: list[float] | None = None  # values of 16 or 32 bits that become black and white
    given: list[str] | None = None  # split of each sample, where the data say so
    left_out: Sequence[str] = ()  # files beside the images that Pillow does not open
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
        name, settings = self.names[index], self.settings
        try:
            faults.point("read", name)
            if (opened := self.read(name)) is None:  # as a data set of one's own may give
                raise ValueError("there is no image")
            with opened as image:
                converted = convert(image, settings.input_shape[0], self.pixel_range)
                return preprocess(converted, settings)
        except Exception as error:  # each decoder of PIL raises what it likes
            raise UserError(f"image {shown(name)}: {error}") from error


def shown(name: str) -> str:
    """Return a name that any output takes: bytes that are not UTF-8 are escaped."""
    return name.encode(errors="backslashreplace").decode()


def suffixes() -> set[str]:
    """Return the suffixes of the files that Pillow opens."""
    Image.init()
    known = Image.registered_extensions().items()
    return {suffix for suffix, kind in known if kind in Image.OPEN and kind not in STUBS}


def find_images(folder: Path) -> tuple[list[str], list[str]]:
    """Return the images anywhere below a folder and the other files, sorted, by their paths there.

    What is hidden is neither, and `__MACOSX` and the like are not looked into.
    """
    images, others, known, seen = list[str](), list[str](), suffixes(), set[str]()
    for place, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:  # a link back
            folders.clear()
            continue
        seen.add(real)
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in files:
            path = os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")
            if os.path.splitext(name)[1].lower() in known and not name.startswith("."):
                images.append(path)
            elif not name.startswith(".") and name.lower() not in NO_DATA:
                others.append(path)
    return sorted(images), sorted(others)


def describe_left_out(others: Sequence[str]) -> str:
    """Say which files are no images for Pillow: how many of each suffix, and the first of them."""
    counts = Counter(os.path.splitext(name)[1].lower() or "without suffix" for name in others)
    kinds = ", ".join(f"{n} {shown(suffix)}" for suffix, n in sorted(counts.items()))
    return f"left out, since Pillow opens no such files: {kinds}; the first is {shown(others[0])}"


def read_file(folder: Path, name: str) -> Image.Image:
    """Open the image that is called `name`, starting from `folder`."""
    return Image.open(folder / name)
