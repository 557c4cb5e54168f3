"""Regression metrics, summed on the device and read when somebody asks."""

import torch
from torch import Tensor

from .batch import Batch

PRIMARY = "r2"


class Metrics:
    """Mean loss, and MSE, MAE and R² as means over the targets, in their own units."""

    def __init__(self, num_outputs: int, device: torch.device | str) -> None:
        self.loss = torch.zeros(2, dtype=torch.float32, device=device)  # sum, weight
        # Of each target: samples, squared error, absolute error, and the running
        # mean and squared deviation of the target itself (Chan et al., 1979).
        self.sums = torch.zeros(5, num_outputs, dtype=torch.float32, device=device)

    def update(
        self, loss_sum: Tensor, weight: Tensor, outputs: Tensor, batch: Batch
    ) -> None:
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
        self.loss.zero_()
        self.sums.zero_()

    def state_dict(self) -> dict[str, Tensor]:
        """Return the sums, for a checkpoint inside an epoch."""
        return {"loss": self.loss, "sums": self.sums}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take up the sums of a checkpoint."""
        self.loss.copy_(state["loss"])
        self.sums.copy_(state["sums"])
