"""From bytes to what the model sees: normalized, a batch at a time."""

import torch

from ..batch import Batch
from ..engine.errors import UserError
from .info import DataInfo
from .sizing import crop_middle


class Prepare:
    """Works on the device; this project was made without augmentation."""

    def __init__(self, info: DataInfo, device: torch.device, names: list[str], seed: int) -> None:
        """Take over the normalization.

        Raises:
            UserError: `data.augmentation` is not empty.
        """
        if names:
            raise UserError(f"data.augmentation: this project has none of {names}")
        self.size = info.input_shape[1:]
        scale = torch.tensor([info.normalization_mean, info.normalization_std], device=device)
        self.mean, self.std = scale[..., None, None] * 255  # two of [C, 1, 1]

    def __call__(self, batch: Batch, epoch: int) -> Batch:
        """Turn images of bytes [B, C, Hk, Wk] into those that the model sees, [B, C, H, W]."""
        images = crop_middle(batch.inputs, self.size).float().sub_(self.mean).div_(self.std)
        return batch._replace(inputs=images)
