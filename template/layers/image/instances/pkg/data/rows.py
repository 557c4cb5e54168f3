"""Objects as a source has them, before anything is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .formats.run_lengths import ToMask, decode


@dataclass(frozen=True)
class Rows:
    """T objects, one a row, in any order."""

    images: NDArray[np.int64]  # [T] number of the image that each is in
    boxes: NDArray[np.float64]  # [T, 4] x1, y1, x2, y2 in pixels from 0; nan: garbled
    labels: NDArray[np.int64]  # [T] class from 0
    ignored: NDArray[np.uint8]  # [T] 0, DIFFICULT or CROWD
    areas: NDArray[np.float64]  # [T] in pixels
    masks: list[bytes]  # [T] at the size of the image, for `to_mask`
    places: list[str]  # [T] file and record of each, no two the same
    to_mask: ToMask = decode  # of all

    @staticmethod
    def join(parts: "Sequence[Rows]") -> "Rows":
        """Return the rows of several files as those of one."""
        arrays, lists = ("images", "boxes", "labels", "ignored", "areas"), ("masks", "places")
        joined: dict[str, Any] = {
            name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays
        }
        joined |= {name: [x for part in parts for x in getattr(part, name)] for name in lists}
        return Rows(**joined, to_mask=parts[0].to_mask)

    def columns(self, kept: NDArray[np.int64]) -> dict[str, Any]:
        """Return the columns of an `ObjectTable` for the rows of these numbers, in their order."""
        masks = [self.masks[row] for row in kept.tolist()]
        runs = np.frombuffer(b"".join(masks), np.uint8).copy()  # which torch may write to
        ends = np.array([len(counts) for counts in masks], np.int64).cumsum()
        return {
            "boxes": torch.from_numpy(self.boxes[kept]).float(),
            "labels": torch.from_numpy(self.labels[kept]),
            "ignored": torch.from_numpy(self.ignored[kept]),
            "areas": torch.from_numpy(self.areas[kept]).float(),
            "runs": torch.from_numpy(runs),
            "ends": torch.from_numpy(ends),
            "to_mask": self.to_mask,
        }
