"""Rounds: every contender runs a pass in each, in an order that is drawn anew."""

import math
import random
import time
from collections.abc import Mapping
from statistics import median
from typing import Protocol

from .contenders.ours import Ours
from .job import Timing

FEWEST = 3  # rounds, however little time there is
Rounds = dict[str, list[Timing]]


class Runner(Protocol):
    """What takes its turn."""

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        ...


def warm_up(contenders: Mapping[str, Runner]) -> dict[str, Timing]:
    """Run the first pass of each, in which caches and pools are filled and code is compiled."""
    return {name: contender.run(0) for name, contender in contenders.items()}


def measure(
    contenders: Mapping[str, Runner], rounds: int, deadline: float = math.inf, seed: int = 0
) -> Rounds:
    """Return the timings of all rounds; fewer of them if `deadline` comes, in perf_counter's time.

    The contenders are warm.
    """
    draw, names = random.Random(seed), list(contenders)
    found: Rounds = {name: [] for name in names}
    for number in range(1, rounds + 1):
        if number > FEWEST and time.perf_counter() > deadline:
            break
        draw.shuffle(names)
        for name in names:
            found[name].append(contenders[name].run(number))
    return found


def waiting(contender: Ours, passes: range) -> float:
    """Return the share of its time that the project itself says it waited for samples."""
    shares = []
    for number in passes:
        timing = contender.run(number)
        shares.append(contender.waited / timing.whole)
    return median(shares)
