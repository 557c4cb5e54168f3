"""Regression metrics: a few summed while training, and all of them for a report."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .batch import Batch

NAMES = ("loss", "mse", "mae", "r2")
Figures = dict[str, Tensor]


class Metrics(nn.Module):
    """Mean loss, and MSE, MAE and R² as means over the targets, in their own units."""

    primary = "r2"
    loss: Tensor  # [2]: sum and weight
    # Of each target: samples, squared and absolute error, and the running mean and squared
    # deviation of the target itself (Chan et al., 1979).
    sums: Tensor  # [5, K]

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss = nn.Buffer(torch.zeros(2))
        self.sums = nn.Buffer(torch.zeros(5, num_outputs))

    def update(self, loss_sum: Tensor, weight: Tensor, outputs: Tensor, batch: Batch) -> None:
        """Count a batch: predictions [B, K] against targets [B, K]."""
        self.loss += torch.stack([loss_sum, weight])
        errors, targets = outputs - batch.targets, batch.targets
        count, squared, absolute, mean, deviation = self.sums.unbind()
        size, batch_mean = len(targets), targets.mean(dim=0)
        shift, total = batch_mean - mean, count + size
        deviation += (targets - batch_mean).square().sum(dim=0)
        deviation += shift.square() * count * size / total
        mean += shift * size / total
        squared += errors.square().sum(dim=0)
        absolute += errors.abs().sum(dim=0)
        count += size

    def compute(self) -> dict[str, float]:
        """Read the sums off the device; return every figure."""
        loss, sums = self.loss.cpu().double(), self.sums.cpu().double()
        count, squared, absolute, _, deviation = sums.unbind()
        r2 = 1 - squared / deviation.clamp(min=1e-12)
        figures = {"mse": squared / count, "mae": absolute / count, "r2": r2}
        means = {name: float(value.mean()) for name, value in figures.items()}
        return {"loss": float(loss[0] / loss[1]), **means}

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()


def measure(
    weights: Tensor, outputs: Tensor, targets: Tensor, target_std: Sequence[float]
) -> tuple[Figures, Figures]:
    """Return figures [R], means over the targets, and those of each target [R, K].

    Row r of `weights` [R, N] says how often each of N samples counts in figure r.
    """
    targets, total = targets.double(), weights.sum(1, keepdim=True)
    errors, centred = outputs - targets, targets - targets.mean(0)
    mse = weights @ errors.square() / total
    variance = weights @ centred.square() / total - (weights @ centred / total).square()
    each = {
        "loss": mse / mse.new_tensor(target_std).square(),
        "mse": mse,
        "rmse": mse.sqrt(),
        "mae": weights @ errors.abs() / total,
        "r2": (1 - mse / variance).where(variance > 0, math.nan),
    }
    return {name: values.mean(1) for name, values in each.items()}, each
