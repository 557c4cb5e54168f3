"""Windows so few that a hand counts their metrics."""

import math

import torch

from pkg.batch import Batch
from pkg.task.objective import Judged

TWO = math.log(2)
# Four windows of three tokens: what each took in bits, and whether it was foreseen. The text ends
# in the last window.
BITS = [[1.0, 2.0, 0.0], [4.0, 0.5, 0.5], [3.0, 1.0, 2.0], [2.0, 0.0, 0.0]]
HITS = [[1, 0, 1], [0, 1, 1], [0, 1, 0], [1, -1, -1]]
OUTPUTS = Judged(TWO * torch.tensor(BITS), torch.tensor(HITS, dtype=torch.int8))
TARGETS = torch.tensor([4, 3, 7, 1])  # bytes of each
EXPECTED = {  # 16 bits of 10 tokens, 15 bytes
    "loss": 1.6 * TWO,
    "bits_per_byte": 16 / 15,
    "perplexity": 2**1.6,
    "accuracy": 6 / 10,
}
HIGHER_IS_BETTER = {"loss": False, "bits_per_byte": False, "perplexity": False, "accuracy": True}


def batch_of(samples: slice) -> Batch:
    """Return some of the windows, whose tokens are any."""
    there = OUTPUTS.hits[samples] >= 0
    first = torch.ones(len(there), 1, dtype=torch.bool)
    tokens = torch.cat([first, there], 1).long().sub(1)  # 0, or -1 where there is none
    return Batch(tokens, TARGETS[samples], torch.arange(4)[samples])
