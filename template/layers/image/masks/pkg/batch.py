"""What travels from the loader through the objective to the metrics: images and their masks."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .engine.data.draws import Draws
from .masks import resize_masks


class Batch(NamedTuple):
    """B samples on one device; B is the first axis of every field."""

    inputs: Tensor  # float32 [B, C, H, W] normalised images; uint8 until they are prepared
    masks: Tensor  # uint8 [B, H, W] class of each pixel; VOID where none is known, or no image
    sizes: Tensor  # int64 [B, 2] width and height of the file
    ids: Tensor  # int64 [B] number of each sample in the whole data set

    @staticmethod
    def join(batches: "Sequence[Batch]") -> "Batch":
        """Return one batch of all their samples."""
        return Batch(*map(torch.cat, zip(*batches, strict=True)))

    @property
    def size(self) -> int:
        """Return the number of samples."""
        return len(self.ids)

    @property
    def targets(self) -> Tensor:
        """Return the class of each pixel, uint8 [B, H, W]."""
        return self.masks

    def prepared(self, images: Tensor, draws: Draws) -> "Batch":
        """Return the batch with images as the model sees them."""
        return self._replace(inputs=images)

    def resized(self, images: Tensor, ratios: Tensor) -> "Batch":
        """Return the batch with its images at another size: x and y times `ratios` [2]."""
        masks = resize_masks(self.masks[:, None], images.shape[2:])[:, 0]
        return self._replace(inputs=images, masks=masks)

    def cut(self, start: int, end: int) -> "Batch":
        """Return the samples from `start` up to `end`, without copying them."""
        return Batch(*(field[start:end] for field in self))

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on `device`; to a GPU it may still be on its way."""
        ahead = device.type == "cuda"
        return Batch(*(field.to(device, non_blocking=ahead) for field in self))
