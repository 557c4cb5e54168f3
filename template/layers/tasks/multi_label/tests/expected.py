"""What multi-label promises: targets to learn, and its values worked out once more by hand."""

from typing import Any

import torch
from torch import Tensor

from pkg.data.info import DataInfo
from pkg.task.objective import Objective

KIND = "labels"  # of targets
PRIMARY = "f1"
MONITOR = "val_loss"  # decides which epoch is best
TRAIN_METRICS = VAL_METRICS = ("loss", "accuracy", "precision", "recall", "f1")
WRONG = {"task.label_smoothing 1": "task.label_smoothing", "task.gamma 1": "gamma"}


def make_targets(numbers: Tensor) -> tuple[Tensor, list[str]]:
    """Return the labels of samples by their numbers, float32 [N, K], and their names."""
    return torch.stack([numbers % 2, numbers % 3 // 2], 1).float(), ["odd", "late"]


def make_columns(numbers: Tensor) -> dict[str, list[Any]]:
    """Return the same as columns of a table."""
    targets, names = make_targets(numbers)
    return {name: targets[:, k].long().tolist() for k, name in enumerate(names)}


def make_objective(num_outputs: int) -> Objective:
    """Return an objective that knows nothing of a data set."""
    return Objective()


def metric_of(outputs: Tensor, targets: Tensor) -> tuple[str, float]:
    """Return a metric of logits [N, K] and labels [N, K] with its name."""
    return "accuracy", float(((outputs > 0) == (targets > 0)).float().mean())


def said(outputs: Tensor, info: DataInfo) -> list[list[float]]:
    """Return the numbers that the prediction of each sample shows, for logits [N, K]."""
    return [[*row] for row in outputs.sigmoid().tolist()]


def numbers_of(record: dict[str, Any]) -> list[float]:
    """Return those numbers from a prediction, in the order of the outputs."""
    return [float(x) for name, x in record.items() if name.startswith("probability_")]
