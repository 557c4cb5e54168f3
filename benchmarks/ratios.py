"""What paired measurements say: medians, and how far they can be trusted."""

import random
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

RESAMPLES = 4_000
COVERAGE = 0.95


class Estimate(NamedTuple):
    """A median, and the interval that the bootstrap gives it."""

    value: float
    low: float
    high: float


def estimate(values: Sequence[float], seed: int = 0) -> Estimate:
    """Return the median of `values`, one of each round, with its interval."""
    draw = random.Random(seed)
    medians = sorted(median(draw.choices(values, k=len(values))) for _ in range(RESAMPLES))
    edge = round(RESAMPLES * (1 - COVERAGE) / 2)
    return Estimate(median(values), medians[edge], medians[-1 - edge])


def ratio(above: Sequence[float], below: Sequence[float]) -> Estimate:
    """Return the median of the rounds' ratios: a slow moment of a round is in both."""
    return estimate([a / b for a, b in zip(above, below, strict=True)])


def difference(first: Sequence[float], second: Sequence[float]) -> Estimate:
    """Return the median of the rounds' differences."""
    return estimate([a - b for a, b in zip(first, second, strict=True)])
