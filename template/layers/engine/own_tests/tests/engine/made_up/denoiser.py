"""A denoiser: noise that belongs to samples, and nothing to measure but the loss.

Shapes: B points in the batch.
"""

import torch
from torch import Tensor, nn

from pkg.engine.state import Loss

from .points import PointBatch, make_points, with_draws
from .task import LossAlone, Task, one_phase


class DenoisingModel(nn.Module):
    """Says which noise was added to points."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(3, 16), nn.Tanh(), nn.Dropout(dropout), nn.Linear(16, 2)
        )

    def forward(self, points: Tensor, time: Tensor) -> Tensor:
        """Map noisy points [B, 2] at times [B, 1] to their noise [B, 2]."""
        noise: Tensor = self.layers(torch.cat([points, time], 1))
        return noise


def denoise(model: nn.Module, batch: PointBatch) -> Loss:
    """Sum the squared error of the noise that each sample has drawn."""
    noise, time = batch.draws.normal("noise", 2), batch.draws.uniform("time")
    found = model(torch.lerp(batch.points, noise, time), time)
    return Loss((found - noise).square().sum(), float(batch.size))


DENOISER = Task(
    name="denoiser",
    model=DenoisingModel,
    phases=one_phase(denoise),
    val_objective=denoise,
    metrics=LossAlone,
    make=make_points,
    prepare=with_draws,
)
