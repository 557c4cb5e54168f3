"""What segmentation promises, and its values worked out once more in the plainest way."""

from collections import Counter
from typing import Any

from torch import Tensor

from pkg.data.info import DataInfo
from pkg.data.settings import DataSettings
from pkg.data.sizing import fit
from pkg.fields import each
from pkg.masks import VOID, Segmentation
from pkg.task.objective import Objective

PRIMARY = "iou"
MONITOR = "val_loss"  # decides which epoch is best
TRAIN_METRICS = VAL_METRICS = ("loss", "iou", "dice", "accuracy")
WRONG = {"task.dice_weight -1": "task.dice_weight", "task.gamma 1": "gamma"}


def make_objective(num_outputs: int) -> Objective:
    """Return an objective that knows nothing of a data set."""
    return Objective()


def metric_of(outputs: Segmentation, targets: Tensor) -> tuple[str, float]:
    """Return the mean IoU over classes, pixel by pixel, with its name."""
    pixels = zip(outputs.classes.flatten().tolist(), targets.flatten().tolist(), strict=True)
    pairs = Counter(pair for pair in pixels if pair[1] != VOID)
    ious = []
    for label in {label for pair in pairs for label in pair}:
        union = sum(n for pair, n in pairs.items() if label in pair)
        ious.append(pairs[label, label] / union)
    return "iou", sum(ious) / len(ious)


def said(outputs: Segmentation, info: DataInfo) -> list[list[float]]:
    """Return the numbers that the prediction of each image shows: shares of classes."""
    found = []
    for one in each(outputs):
        wide, high = one.sizes.tolist()
        width, height = fit(wide, high, DataSettings(input_shape=info.input_shape))
        shown = one.classes[:height, :width]
        classes = range(len(info.output_names))
        found.append([float((shown == label).float().mean()) for label in classes])
    return found


def numbers_of(record: dict[str, Any]) -> list[float]:
    """Return those numbers from a prediction, in the order of the outputs."""
    return [float(x) for name, x in record.items() if name.startswith("share_")]
