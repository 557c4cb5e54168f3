"""Detections and objects so few that a hand counts their metrics."""

import torch
from marked import make_batch

from pkg.batch import Batch
from pkg.boxes import CROWD, Truth
from pkg.task.found import Outputs

NONE = [0.0, 0.0, 0.0, 0.0]
# Image 0: a small object is found exactly. Image 1: of a medium one 41 of 50 pixels are found, in
# the right box, and something beside it. Image 2: a large one is found exactly, and something in a
# crowd. Image 3: nothing.
LABELS = torch.tensor([[0, -1], [0, 0], [1, 1], [-1, -1]])
PIXELS = torch.tensor([[10, 0], [20, 41], [100, 5], [0, 0]])
OUTPUTS = Outputs(
    boxes=torch.tensor(
        [
            [[0.0, 0, 20, 20], NONE],
            [[100.0, 100, 120, 120], [0.0, 0, 50, 50]],
            [[0.0, 0, 100, 100], [210.0, 10, 230, 30]],
            [NONE, NONE],
        ]
    ),
    scores=torch.tensor([[0.9, 0.0], [0.85, 0.8], [0.7, 0.6], [0.0, 0.0]]),
    labels=LABELS,
    masks=torch.full((4, 2, 2, 2), 255, dtype=torch.uint8),
    sizes=torch.full((4, 2), 300),
    pixels=PIXELS,
    areas=torch.tensor([[400.0, 0], [400, 2050], [10000, 400], [0, 0]]),
    shared=torch.tensor(
        [[[10, 0], [0, 0]], [[0, 0], [41, 0]], [[100, 0], [0, 5]], [[0, 0], [0, 0]]]
    ),
)
TARGETS = Truth(
    boxes=torch.tensor(
        [
            [[0.0, 0, 20, 20], NONE],
            [[0.0, 0, 50, 50], NONE],
            [[0.0, 0, 100, 100], [200.0, 0, 300, 100]],
            [[0.0, 0, 100, 100], NONE],
        ]
    ),
    labels=torch.tensor([[0, -1], [0, -1], [1, 1], [1, -1]]),
    ignored=torch.tensor([[0, 0], [0, 0], [0, CROWD], [0, 0]], dtype=torch.uint8),
    areas=torch.tensor([[400.0, 0], [2500, 0], [10000, 10000], [10000, 0]]),
    pixels=torch.tensor([[10, 0], [50, 0], [100, 100], [100, 0]]),
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
    "box_map": (WHOLE + HALF) / 2,  # whose boxes are all exact
}
HIGHER_IS_BETTER = dict.fromkeys([name for name in EXPECTED if name != "threshold"], True)


def batch_of(samples: slice) -> Batch:
    """Return some of the images, whose masks are the first of 100 pixels in a row."""
    ids, truth = torch.arange(4)[samples], Truth(*(values[samples] for values in TARGETS))
    masks = torch.arange(100) < truth.pixels[..., None, None]  # [B, M, 1, 100]
    others = {"ignored": truth.ignored, "areas": truth.areas, "seeds": ids, "ids": ids}
    inputs = torch.zeros(len(ids), 3, 1, 100)
    return make_batch(inputs, truth.boxes, truth.labels, masks=masks.to(torch.uint8), **others)
