"""What training minimises: the squared error, in standard deviations of each target."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..batch import Batch
from ..engine.errors import UserError


@dataclass(frozen=True)
class Objective:
    """Squared error of standardised targets, mean over targets, sum over the batch.

    The scale comes from the training split, so that targets of different units weigh
    the same and a learning rate means the same for every data set.
    """

    target_std: Tensor  # [K]

    def __call__(self, model: nn.Module, batch: Batch) -> tuple[Tensor, float, Tensor]:
        """Return the summed loss [], its weight [] and the predictions [B, K]."""
        outputs = model(batch.inputs).float()
        errors = (outputs - batch.targets) / self.target_std  # [B, K]
        loss = errors.square().mean(dim=1).sum()
        return loss, float(len(batch.ids)), outputs


def check(batch: Batch, num_outputs: int) -> None:
    """Refuse samples whose targets are not finite numbers, float32 [B, K]."""
    targets, wanted = batch.targets, f"float32 [{len(batch.ids)}, {num_outputs}], finite"
    fits = targets.dtype == torch.float32 and targets.shape == (len(batch.ids), num_outputs)
    if not fits or not targets.isfinite().all():
        found = f"{targets.dtype} {list(targets.shape)} from {targets.min()} to {targets.max()}"
        raise UserError(f"data.dataset_path: targets are {found}, not {wanted}")
