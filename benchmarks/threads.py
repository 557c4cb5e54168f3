"""With how many threads a loop is fastest: one, or all that torch takes by itself.

A fused optimizer's step is sometimes dearer with two threads than with one: on an AMD EPYC torch's
`AdamW.step` took 1.4 ms of an MLP's step with two and 0.1 with one. So whoever is tuned may choose.
"""

from itertools import count

import torch

from .job import Contender

PASSES = 2  # of each number, after one that fills caches and pools


def choose(contender: Contender) -> int:
    """Run short trials, let `contender` go on with the better number, and return that."""
    candidates, passes = sorted({1, torch.get_num_threads()}), count()
    if len(candidates) == 1:
        return candidates[0]
    best = {}
    for threads in candidates:
        torch.set_num_threads(threads)
        contender.run(next(passes))
        best[threads] = min(contender.run(next(passes)).steady for _ in range(PASSES))
    chosen = min(best, key=lambda threads: best[threads])
    torch.set_num_threads(chosen)
    return chosen
