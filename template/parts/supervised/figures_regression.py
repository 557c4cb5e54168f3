"""Figures of a regression, each a function of how often every sample counts.

R weightings, N samples, K targets.
"""

import math

from torch import Tensor

Figures = dict[str, Tensor]


def measure(weights: Tensor, outputs: Tensor, targets: Tensor) -> tuple[Figures, Figures]:
    """Return figures [R], means over the targets, and [R, K] of each, for weights [R, N]."""
    targets, total = targets.double(), weights.sum(1, keepdim=True)
    errors, centred = outputs - targets, targets - targets.mean(0)
    mse = weights @ errors.square() / total
    variance = weights @ centred.square() / total - (weights @ centred / total).square()
    each = {
        "mse": mse,
        "rmse": mse.sqrt(),
        "mae": weights @ errors.abs() / total,
        "r2": (1 - mse / variance).where(variance > 0, math.nan),
    }
    return {name: values.mean(1) for name, values in each.items()}, each
