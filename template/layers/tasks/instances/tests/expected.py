"""What instances promise, and its values worked out once more in the plainest way."""

import math
from itertools import product
from typing import Any

import torch
from torch import Tensor

from pkg.boxes import Truth
from pkg.data.info import DataInfo
from pkg.fields import each
from pkg.task.found import Outputs

PRIMARY = "map"
MONITOR = "val_map"  # decides which epoch is best
TRAIN_METRICS = ("loss",)
VAL_METRICS = (
    *("map", "map_50", "map_75", "map_small", "map_medium", "map_large"),
    *("mar_100", "f1", "threshold", "box_map"),
)
WRONG = {"task.gamma 1": "gamma"}


def metric_of(outputs: Outputs, targets: Truth) -> tuple[str, float]:
    """Return the mean recall over classes and thresholds, with its name."""
    recalls = []
    for label, i in product(targets.labels[targets.labels >= 0].unique().tolist(), range(10)):
        hits, count = 0, 0
        for found, truth in zip(each(outputs), each(targets), strict=True):
            mine = torch.nonzero((truth.labels == label) & (truth.ignored == 0))[:, 0].tolist()
            count += len(mine)
            for row in torch.nonzero(found.labels == label)[:, 0].tolist():  # the surest first
                overlaps = [overlap(found, truth, row, column) for column in mine]
                if overlaps and max(overlaps) >= 0.5 + 0.05 * i:
                    mine.pop(overlaps.index(max(overlaps)))
                    hits += 1
        if count:
            recalls.append(hits / count)
    return "mar_100", sum(recalls) / len(recalls)


def overlap(found: Outputs, truth: Truth, row: int, column: int) -> float:
    """Return the intersection of two masks of an image over their union."""
    both = int(found.shared[row, column])
    return both / max(1, int(found.pixels[row]) + int(truth.pixels[column]) - both)


def said(outputs: Outputs, info: DataInfo) -> list[list[float]]:
    """Return the numbers that the prediction of each image shows."""
    best = info.validation["val_threshold"]
    least = 0.3 if math.isnan(best) else best
    return [numbers(x.boxes, x.scores, x.scores >= least) for x in each(outputs)]


def numbers(boxes: Tensor, scores: Tensor, shown: Tensor) -> list[float]:
    """Return corners and score of the boxes [D, 4] that are shown [D], one after the other."""
    return [*torch.cat([boxes, scores[:, None]], 1)[shown].flatten().tolist()]


def numbers_of(record: dict[str, Any]) -> list[float]:
    """Return those numbers from a prediction, or from a row of CSV with one object or none."""
    if "objects" in record:
        return [x for found in record["objects"] for x in (*found["box"], found["score"])]
    return [float(record[name]) for name in ("x1", "y1", "x2", "y2", "score") if record[name]]
