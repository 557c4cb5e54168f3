"""What a source says of the objects in all images, before any image is read.

N images, T objects in all of them, M in one of them at most.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from torch import Tensor

from ..boxes import pad
from .findings import Finding
from .formats.run_lengths import ToMask, decode


class Objects(NamedTuple):
    """The objects in one image, padded to M, in pixels of its file."""

    boxes: Tensor  # float32 [M, 4] x1, y1, x2, y2
    labels: Tensor  # int64 [M]; -1 where there is none
    ignored: Tensor  # uint8 [M]
    areas: Tensor  # float32 [M]
    size: Tensor  # int64 [2] width and height of the image as it was annotated; 0: not known
    masks: list[bytes]  # of those that there are, for `to_mask`
    to_mask: ToMask  # from one of them, and the width and height of the image


@dataclass(frozen=True)
class ObjectTable:
    """The objects of all images, end to end: worker processes share seven tensors."""

    boxes: Tensor  # float32 [T, 4] x1, y1, x2, y2 in pixels of the file
    labels: Tensor  # int64 [T] class from 0
    ignored: Tensor  # uint8 [T] 0, DIFFICULT or CROWD
    areas: Tensor  # float32 [T] in pixels of the file; of the box where nobody says
    runs: Tensor  # uint8 [R] all masks, end to end, for `to_mask`
    ends: Tensor  # int64 [T] where those of each mask end
    counts: Tensor  # int64 [N] objects of each image
    sizes: Tensor  # int64 [N, 2] width and height as annotated; 0: not known
    category_ids: list[int]  # of each class in the files, for results that others read
    image_ids: list[int | str]  # N, likewise
    findings: list[Finding] = field(default_factory=list)  # what was odd where they were read
    to_mask: ToMask = decode  # from what stands in `runs`: run lengths, or what a source has

    @cached_property
    def starts(self) -> Tensor:
        """Where the objects of each image begin, int64 [N]."""
        return self.counts.cumsum(0) - self.counts

    @cached_property
    def most(self) -> int:
        """How many objects an image has at most: M."""
        return int(self.counts.max()) if len(self.counts) else 0

    def __len__(self) -> int:
        return len(self.counts)

    def __getitem__(self, index: int) -> Objects:
        """Return the objects of an image."""
        start = int(self.starts[index])
        rows = slice(start, start + int(self.counts[index]))
        return Objects(
            pad(self.boxes[rows], self.most),
            pad(self.labels[rows], self.most, -1),
            pad(self.ignored[rows], self.most),
            pad(self.areas[rows], self.most),
            self.sizes[index],
            [self.runs_of(row) for row in range(rows.start, rows.stop)],
            self.to_mask,
        )

    def runs_of(self, row: int) -> bytes:
        """Return the mask of an object as it is kept."""
        start = int(self.ends[row - 1]) if row else 0
        return self.runs[start : int(self.ends[row])].numpy().tobytes()
