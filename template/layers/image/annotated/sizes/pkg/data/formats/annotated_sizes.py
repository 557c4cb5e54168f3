"""Sizes of images as somebody wrote them beside their annotations."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .annotated_images import measure_sizes


def as_size(width: Any, height: Any) -> tuple[int, int]:
    """Return a width and height as somebody wrote them, or 0 and 0 where they are none."""
    try:
        size = round(float(width)), round(float(height))
    except (TypeError, ValueError, OverflowError):
        return 0, 0
    return size if min(size) > 0 else (0, 0)


def fill_sizes(root: Path, names: Sequence[str], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the annotated sizes [N, 2], and those of the files where they are 0."""
    unknown, filled = np.flatnonzero((sizes <= 0).any(1)), sizes.copy()
    filled[unknown] = measure_sizes(root, [names[i] for i in unknown.tolist()])
    return filled
