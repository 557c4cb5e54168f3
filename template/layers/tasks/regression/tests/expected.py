"""What regression promises: targets to learn, and its values worked out once more by hand."""

from typing import Any

import torch
from torch import Tensor

from pkg.data.info import DataInfo
from pkg.task.objective import Objective

KIND = "numbers"  # of targets
PRIMARY = "r2"
MONITOR = "val_loss"  # decides which epoch is best
TRAIN_METRICS = VAL_METRICS = ("loss", "mse", "rmse", "mae", "r2")
WRONG = {"task.gamma 1": "gamma"}


def make_targets(numbers: Tensor) -> tuple[Tensor, list[str]]:
    """Return two numbers for each sample, float32 [N, K], of other units, and their names."""
    return torch.stack([10 + 5.0 * (numbers % 2), 1e-3 * numbers], 1), ["length", "weight"]


def make_columns(numbers: Tensor) -> dict[str, list[Any]]:
    """Return the same as columns of a table."""
    targets, names = make_targets(numbers)
    return {name: targets[:, k].tolist() for k, name in enumerate(names)}


def make_objective(num_outputs: int) -> Objective:
    """Return an objective that knows nothing of a data set."""
    return Objective(torch.zeros(num_outputs), torch.ones(num_outputs))


def metric_of(outputs: Tensor, targets: Tensor) -> tuple[str, float]:
    """Return a metric of predictions [N, K] and targets [N, K] with its name."""
    return "mse", float((outputs - targets).square().mean())


def said(outputs: Tensor, info: DataInfo) -> list[list[float]]:
    """Return the numbers that the prediction of each sample shows, for predictions [N, K]."""
    return [[*row] for row in outputs.tolist()]


def numbers_of(record: dict[str, Any]) -> list[float]:
    """Return those numbers from a prediction, in the order of the outputs."""
    return [float(x) for name, x in record.items() if name.startswith("prediction_")]
