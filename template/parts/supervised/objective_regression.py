"""What training minimises: the squared error, in standard deviations of each target."""

from dataclasses import dataclass

from torch import Tensor, nn

from .batch import Batch


@dataclass(frozen=True)
class Objective:
    """Squared error of standardised targets, mean over targets, sum over the batch.

    The scale comes from the training split, so that targets of different units weigh
    the same and a learning rate means the same for every data set.
    """

    target_std: Tensor  # [K]

    def __call__(self, model: nn.Module, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Return the summed loss [], its weight [] and the predictions [B, K]."""
        outputs = model(batch.inputs).float()
        errors = (outputs - batch.targets) / self.target_std  # [B, K]
        loss = errors.square().mean(dim=1).sum()
        return loss, loss.new_full((), len(batch.ids)), outputs
