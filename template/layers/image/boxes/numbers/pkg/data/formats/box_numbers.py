"""Boxes as somebody wrote them: four numbers each, or nothing that can be used."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def as_boxes(values: Sequence[Any]) -> NDArray[np.float64]:
    """Return four numbers of each value [T, 4]; nan where a value is anything else."""
    try:
        boxes = np.asarray(values, np.float64)
        if boxes.shape == (len(values), 4):
            return boxes
    except (TypeError, ValueError, OverflowError):
        pass  # one of them at least, which is found below
    return np.array([as_box(value) for value in values], np.float64).reshape(-1, 4)


def as_box(value: Any) -> list[float]:
    """Return the four numbers of a value, or nan."""
    try:
        numbers = [float(number) for number in value]
    except (TypeError, ValueError, OverflowError):
        numbers = []
    return numbers if len(numbers) == 4 else [float("nan")] * 4
