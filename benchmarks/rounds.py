"""Rounds: every contender runs a pass in each, in an order that is drawn anew."""

import random
from collections.abc import Mapping
from statistics import median
from typing import Protocol

from .contenders.ours import Ours
from .job import Timing

Rounds = dict[str, list[Timing]]


class Runner(Protocol):
    """What takes its turn."""

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        ...


def measure(contenders: Mapping[str, Runner], rounds: int, seed: int = 0) -> Rounds:
    """Return the timings of all rounds but the first, in which caches and pools are filled."""
    draw, names = random.Random(seed), list(contenders)
    found: Rounds = {name: [] for name in names}
    for number in range(rounds + 1):
        draw.shuffle(names)
        for name in names:
            timing = contenders[name].run(number)
            if number:
                found[name].append(timing)
    return found


def waiting(contender: Ours, passes: range) -> float:
    """Return the share of its time that the project itself says it waited for samples."""
    shares = []
    for number in passes:
        timing = contender.run(number)
        shares.append(contender.waited / timing.whole)
    return median(shares)
