"""Images as a source finds them, with what is to be learnt of each, before any split."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from ..batch import Batch
from ..engine import faults
from ..engine.data.quarantine import Quarantine
from ..engine.errors import UserError
from .formats.image_files import shown
from .pixels import convert
from .sample import make_sample
from .settings import DataSettings


@dataclass(frozen=True)
class Samples(Dataset[Batch]):
    """All samples of a data set. `sample.py` says what the N targets are."""

    settings: DataSettings
    read: Callable[[str], Image.Image]  # from a name; worker processes get a pickled copy
    names: list[str]  # unique, and the same on every machine
    targets: Any  # by the number of the sample
    output_names: list[str]  # of the classes, labels or targets
    fallback: Tensor | None = None  # int64 [N] sample to use instead of an unreadable one
    quarantine: Quarantine = field(default_factory=lambda: Quarantine(None, 0.0, 0))
    pixel_range: list[float] | None = None  # values of 16 or 32 bits that become black and white
    given: list[str] | None = None  # split of each sample, where the data say so
    left_out: Sequence[str] = ()  # files beside the images that Pillow does not open
    broken: dict[str, str] = field(default_factory=dict)  # place in a file: what is wrong there

    def __getitem__(self, ids: list[int]) -> Batch:
        """Return the samples of these numbers, their images as bytes [B, C, Hk, Wk].

        Raises:
            UserError: more images than `data.max_unreadable`, or a whole split, are unreadable.
        """
        return Batch.join([self.read_or_replace(index) for index in ids])

    def read_or_replace(self, index: int) -> Batch:
        """Return the first readable sample from `index` on, by way of `fallback`, as `index`."""
        used = index
        while True:
            try:
                return self.read_sample(used)._replace(ids=torch.tensor([index]))
            except UserError as error:
                self.quarantine.add(self.names[used], used, str(error))
                assert self.fallback is not None
                used = int(self.fallback[used])
                if used == index:
                    raise UserError(f"a whole split is broken, the last: {error}") from None

    def read_sample(self, index: int) -> Batch:
        """Return a sample as a batch of one.

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
                return make_sample(converted, self.targets[index], index, settings)
        except Exception as error:  # each decoder of PIL raises what it likes
            raise UserError(f"image {shown(name)}: {error}") from error
