"""What training minimises: the squared error, in standard deviations of each target."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..batch import Batch
from ..data.info import DataInfo
from ..engine.state import Loss
from .settings import TaskSettings


@dataclass(frozen=True)
class Objective:
    """Squared error of standardised targets, the mean over targets.

    The model sees targets of mean 0 and deviation 1 in the training split, so that targets of
    different units weigh the same, and a learning rate means the same for every data set.
    """

    target_mean: Tensor  # [K]
    target_std: Tensor  # [K]

    def __call__(self, model: nn.Module, batch: Batch) -> Loss:
        """Return the loss of a batch, summed, and the predictions [B, K] as its outputs."""
        return self.loss(self.predict(model, batch), batch)

    def predict(self, model: nn.Module, batch: Batch) -> Tensor:
        """Return the predictions [B, K], in the units of the data."""
        outputs: Tensor = model(batch.inputs)
        return outputs * self.target_std + self.target_mean

    def loss(self, predictions: Tensor, batch: Batch) -> Loss:
        """Return the loss of predictions [B, K], summed over the batch."""
        errors = (predictions - batch.targets) / self.target_std  # [B, K]
        return Loss(errors.square().mean(dim=1).sum(), float(batch.size), predictions)


def build_objective(settings: TaskSettings, info: DataInfo, device: torch.device) -> Objective:
    """Make the objective, with the scale of each target."""
    mean, std = (info.targets[name] for name in ("target_mean", "target_std"))
    return Objective(torch.tensor(mean, device=device), torch.tensor(std, device=device))
