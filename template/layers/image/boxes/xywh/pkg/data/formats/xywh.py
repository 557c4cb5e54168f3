"""Boxes as x, y, width and height in pixels, and what people write in their place."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..findings import Finding

MOST = 0.5  # fraction of the boxes from which on they look like something else


def to_corners(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return x1, y1, x2, y2 of boxes [T, 4] that are x, y, width, height."""
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], 1)


def judge_convention(
    boxes: NDArray[np.float64], sizes: NDArray[np.int64], place: str
) -> list[Finding]:
    """Return a finding if boxes look like corners, or like fractions of their images.

    Args:
        boxes: [T, 4] as they are written; nan for those that are garbled.
        sizes: [T, 2] width and height of the image that each is in; 0: not known.
        place: Of the finding.
    """
    known = np.isfinite(boxes).all(1) & (sizes > 0).all(1)
    boxes, sizes = boxes[known], sizes[known]
    if not len(boxes):
        return []
    if (boxes <= 1).all() and (boxes % 1).any():
        problem = "all boxes are from 0 to 1: they look like fractions of their images"
        return [Finding("error", place, problem, "write x, y, width, height in pixels")]
    beyond = (boxes[:, :2] + boxes[:, 2:] > sizes + 1).any(1)
    corners = (boxes[:, 2:] > boxes[:, :2]).all(1) & (boxes[:, 2:] <= sizes + 1).all(1)
    if beyond.mean() > MOST and corners.all():
        problem = "most boxes reach beyond their images, and none would as x1, y1, x2, y2"
        return [Finding("error", place, problem, "write x, y, width, height")]
    return []


def as_area(value: Any) -> float:
    """Return an area in pixels, or 0 for anything that is none."""
    return float(value) if isinstance(value, int | float) and 0 < value < float("inf") else 0.0
