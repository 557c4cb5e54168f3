"""What detection promises, and its values worked out once more in the plainest way."""

import math
from itertools import product
from typing import Any

import torch
from torch import Tensor

from pkg.boxes import Detections, Truth
from pkg.data.info import DataInfo
from pkg.fields import each

PRIMARY = "map"
MONITOR = "val_map"  # decides which epoch is best
TRAIN_METRICS = ("loss",)
VAL_METRICS = (
    *("map", "map_50", "map_75", "map_small", "map_medium", "map_large"),
    *("mar_100", "f1", "threshold"),
)
WRONG = {"task.gamma 1": "gamma"}


def metric_of(outputs: Detections, targets: Truth) -> tuple[str, float]:
    """Return the mean recall over classes and thresholds, with its name."""
    recalls = []
    for label, i in product(targets.labels[targets.labels >= 0].unique().tolist(), range(10)):
        hits, count = 0, 0
        for found, truth in zip(each(outputs), each(targets), strict=True):
            mine = (truth.labels == label) & (truth.ignored == 0)
            free = truth.boxes[mine].tolist()
            count += len(free)
            for box in found.boxes[found.labels == label].tolist():  # the surest first
                overlaps = [overlap(box, other) for other in free]
                if overlaps and max(overlaps) >= 0.5 + 0.05 * i:
                    free.pop(overlaps.index(max(overlaps)))
                    hits += 1
        if count:
            recalls.append(hits / count)
    return "mar_100", sum(recalls) / len(recalls)


def overlap(one: list[float], other: list[float]) -> float:
    """Return the intersection of two boxes over their union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0.0, width) * max(0.0, height)
    areas = [(x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in (one, other)]
    return both / (sum(areas) - both)


def said(outputs: Detections, info: DataInfo) -> list[list[float]]:
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
