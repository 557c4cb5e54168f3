"""Regression metrics, summed on the device and read when somebody asks."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from ..batch import Batch
from ..engine.state import Loss

Array = np.ndarray[Any, np.dtype[np.float64]]
EXPONENT = 0x7F800000  # bits of a float32


class Metrics(nn.Module):
    """Mean loss, and the metrics of targets in their own units, with their means."""

    primary = "r2"
    higher_is_better: ClassVar[Mapping[str, bool]] = {
        "loss": False,
        "mse": False,
        "rmse": False,
        "mae": False,
        "r2": True,
    }
    signatures: ClassVar[Mapping[str, str]] = {
        "loss": "mse|avg:uniform|unit:deviations",
        "mse": "mse|avg:uniform",
        "rmse": "rmse|avg:uniform",
        "mae": "mae|avg:uniform",
        "r2": "r2|avg:uniform|constant:skip",
    }
    loss: Tensor  # [], summed
    weight: Tensor  # [] of the sum
    # Of each target: samples, squared and absolute error, and the running mean and squared
    # deviation of the target itself (Chan et al., 1979). All in units of `scale`, a power of 2,
    # so that squares of 1e22 or 1e-27 fit in float32, and no bit of others changes.
    sums: Tensor  # [5, K]
    scale: Tensor  # [K] of the largest target or error so far; 0 before the first

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss, self.weight = nn.Buffer(torch.zeros(())), nn.Buffer(torch.zeros(()))
        self.sums = nn.Buffer(torch.zeros(5, num_outputs))
        self.scale = nn.Buffer(torch.zeros(num_outputs))

    def update(self, loss: Loss, batch: Batch) -> None:
        """Count a batch: predictions [B, K] against targets [B, K]."""
        self.loss.add_(loss.total)
        self.weight.add_(loss.weight)
        outputs, targets = loss.outputs, batch.targets
        good = outputs.isfinite().all(dim=1, keepdim=True)  # [B, 1]
        errors = torch.where(good, outputs - targets, 0)  # a row that is not finite is left out
        unit = self.rescale(torch.stack([errors, targets]).abs().amax(dim=(0, 1)))  # [K]
        errors = errors / unit
        squared, absolute = errors.square().sum(dim=0), errors.abs().sum(dim=0)
        size = good.sum(dim=0).expand_as(squared)  # [K]
        shifts = torch.where(good, targets - targets[0], 0) / unit  # all 0 where they are alike
        mean = shifts.sum(dim=0) / size.clamp(min=1)
        deviation = torch.where(good, shifts - mean, 0).square().sum(dim=0)
        self.add(torch.stack([size, squared, absolute, targets[0] / unit + mean, deviation]))

    def rescale(self, largest: Tensor) -> Tensor:
        """Take up larger numbers [K]; return the unit [K] that all are divided by from here on."""
        power = (largest.view(torch.int32) & EXPONENT).view(torch.float32)  # of 2, at most it
        before = self.scale.clone()
        self.scale.copy_(torch.maximum(before, power))
        unit = torch.where(self.scale > 0, self.scale, 1)
        self.sums *= powers(before / unit)
        return unit

    def add(self, sums: Tensor) -> None:
        """Take in the sums [5, K] of other samples."""
        shift = sums[3] - self.sums[3]
        share = sums[0] / (self.sums[0] + sums[0]).clamp(min=1)
        between = shift.square() * share * self.sums[0]
        moved = shift * share
        self.sums[:3] += sums[:3]
        self.sums[3] += moved
        self.sums[4] += sums[4] + between

    #: if distributed
    def join(self, other: "Metrics") -> None:
        """Take in what another process has counted."""
        self.loss += other.loss
        self.weight += other.weight
        unit = self.rescale(other.scale)
        self.add(other.sums * powers(other.scale / unit))

    #: endif
    def each(self) -> dict[str, Array]:
        """Return the metrics of each target [K]; a constant one has no R², but nan."""
        count, squared, absolute, _, deviation = self.sums.cpu().numpy().astype(float)
        unit = self.scale.cpu().numpy().astype(float)
        with np.errstate(invalid="ignore"):
            r2 = 1 - squared / np.where(deviation > 0, deviation, np.nan)
            mse, mae = squared / count * unit**2, absolute / count * unit
            return {"mse": mse, "rmse": np.sqrt(mse), "mae": mae, "r2": r2}

    def compute(self) -> dict[str, float]:
        """Return every metric: the mean loss, and means over targets that have the metric."""
        loss = float(self.loss / self.weight)
        return {"loss": loss, **{name: mean(values) for name, values in self.each().items()}}

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()


def powers(ratio: Tensor) -> Tensor:
    """Return what `Metrics.sums` [5, K] are multiplied by where the unit changes by a ratio [K]."""
    one = torch.ones_like(ratio)
    return torch.stack([one, ratio.square(), ratio, ratio, ratio.square()])


def mean(values: Array) -> float:
    """Return the mean over the targets that have the metric; nan where none has."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def score_all(outputs: Tensor, targets: Tensor) -> dict[str, float]:
    """Return the metrics that need the predictions [N, K] of all samples at once: none."""
    return {}
