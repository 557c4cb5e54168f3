"""Objects as a source has them, before anything is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True)
class Rows:
    """T objects, one a row, in any order."""

    images: NDArray[np.int64]  # [T] number of the image that each is in
    boxes: NDArray[np.float64]  # [T, 4] x1, y1, x2, y2 in pixels from 0; nan: garbled
    labels: NDArray[np.int64]  # [T] class from 0
    ignored: NDArray[np.uint8]  # [T] 0, DIFFICULT or CROWD
    areas: NDArray[np.float64]  # [T] in pixels; 0 where nobody says
    places: list[str]  # [T] file and record of each, no two the same

    @staticmethod
    def join(parts: "Sequence[Rows]") -> "Rows":
        """Return the rows of several files as those of one."""
        arrays = ("images", "boxes", "labels", "ignored", "areas")
        joined: dict[str, NDArray[Any]] = {
            name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays
        }
        return Rows(**joined, places=[place for part in parts for place in part.places])

    def columns(self, kept: NDArray[np.int64]) -> dict[str, Tensor]:
        """Return the columns of an `ObjectTable` for the rows of these numbers, in their order."""
        boxes, areas = (torch.from_numpy(x[kept]).float() for x in (self.boxes, self.areas))
        return {
            "boxes": boxes,
            "labels": torch.from_numpy(self.labels[kept]),
            "ignored": torch.from_numpy(self.ignored[kept]),
            "areas": torch.where(areas > 0, areas, (boxes[:, 2:] - boxes[:, :2]).prod(1)),
        }
