"""Detections and objects so few that a hand counts their metrics."""

import torch
from marked import make_batch

from pkg.batch import Batch
from pkg.boxes import CROWD, Detections, Truth

NONE = [0.0, 0.0, 0.0, 0.0]
# Image 0: a small object is found exactly. Image 1: of a medium one 0.82 is found, and something
# beside it. Image 2: a large one is found exactly, and something in a crowd. Image 3: nothing.
OUTPUTS = Detections(
    torch.tensor(
        [
            [[0.0, 0, 20, 20], NONE],
            [[100.0, 100, 120, 120], [0.0, 0, 50, 41]],
            [[0.0, 0, 100, 100], [210.0, 10, 230, 30]],
            [NONE, NONE],
        ]
    ),
    torch.tensor([[0.9, 0.0], [0.85, 0.8], [0.7, 0.6], [0.0, 0.0]]),
    torch.tensor([[0, -1], [0, 0], [1, 1], [-1, -1]]),
)
TARGETS = Truth(
    torch.tensor(
        [
            [[0.0, 0, 20, 20], NONE],
            [[0.0, 0, 50, 50], NONE],
            [[0.0, 0, 100, 100], [200.0, 0, 300, 100]],
            [[0.0, 0, 100, 100], NONE],
        ]
    ),
    torch.tensor([[0, -1], [0, -1], [1, 1], [1, -1]]),
    torch.tensor([[0, 0], [0, 0], [0, CROWD], [0, 0]], dtype=torch.uint8),
    torch.tensor([[400.0, 0], [2500, 0], [10000, 10000], [10000, 0]]),
)
# Class 0 has two objects: a hit, a false one, a hit up to an IoU of 0.8, which is 7 of 10
# thresholds. Precision is 1 up to a recall of 0.5, the first 51 of 101, and then 2/3. Class 1 has
# two objects and one hit: what is in the crowd does not count.
HALF, WHOLE = 51 / 101, (51 + 50 * 2 / 3) / 101
EXPECTED = {
    "map": ((7 * WHOLE + 3 * HALF) / 10 + HALF) / 2,
    "map_50": (WHOLE + HALF) / 2,
    "map_75": (WHOLE + HALF) / 2,
    "map_small": 1.0,  # the false one is less sure than the hit
    "map_medium": 0.7,
    "map_large": HALF,
    "mar_100": ((7 * 1 + 3 * 0.5) / 10 + 0.5) / 2,
    "f1": 2 * 3 / (4 + 4),  # 4 objects, of 4 detections 3 hits
    "threshold": 0.35,  # midway between 0.7 and 0, since what is in the crowd does not count
}
HIGHER_IS_BETTER = dict.fromkeys([name for name in EXPECTED if name != "threshold"], True)


def batch_of(samples: slice) -> Batch:
    """Return some of the images, whose pixels are nowhere."""
    ids, truth = torch.arange(4)[samples], Truth(*(values[samples] for values in TARGETS))
    others = {"ignored": truth.ignored, "areas": truth.areas, "seeds": ids, "ids": ids}
    return make_batch(torch.zeros(len(ids), 3, 1, 1), truth.boxes, truth.labels, **others)
