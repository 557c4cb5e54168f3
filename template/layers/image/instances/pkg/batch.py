"""What travels from the loader through the objective to the metrics: images and their objects."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .boxes import Truth, to_file
from .engine.data.draws import Draws
from .masks import resize_masks


class Batch(NamedTuple):
    """B images on one device, with up to M objects each; B is the first axis of every field."""

    inputs: Tensor  # float32 [B, C, H, W] normalised images; uint8 until they are prepared
    boxes: Tensor  # float32 [B, M, 4] x1, y1, x2, y2 in pixels of the inputs; 0 where none is
    labels: Tensor  # int64 [B, M] class from 0; -1 where none is
    ignored: Tensor  # uint8 [B, M] 0, or why an object is neither learnt nor missed: see `Truth`
    areas: Tensor  # float32 [B, M] in pixels of the file
    masks: Tensor  # uint8 [B, M, H, W] 1 where a pixel of the input is the object's
    sizes: Tensor  # int64 [B, 2] width and height of the file
    scales: Tensor  # float32 [B, 2] what x and y of the file were multiplied by
    seeds: Tensor  # int64 [B] of what a model draws for each sample: of (seed, epoch, sample)
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
    def targets(self) -> Truth:
        """Return what there is to be found, in pixels of the files; masks are only counted."""
        boxes, pixels = to_file(self.boxes, self.scales), self.masks.flatten(2).sum(2)
        return Truth(boxes, self.labels, self.ignored, self.areas, pixels)

    @property
    def learnt(self) -> Tensor:
        """Return the labels int64 [B, M] that are learnt: -1 for objects that are ignored, too."""
        return torch.where(self.ignored == 0, self.labels, -1)

    def prepared(self, images: Tensor, draws: Draws) -> "Batch":
        """Return the batch with images as the model sees them, and what it may draw."""
        return self._replace(inputs=images, seeds=draws.integers("model")[:, 0])

    def resized(self, images: Tensor, ratios: Tensor) -> "Batch":
        """Return the batch with its images at another size: x and y times `ratios` [2]."""
        return self._replace(
            inputs=images,
            boxes=self.boxes * ratios.repeat(2),
            masks=resize_masks(self.masks, images.shape[2:]),
            scales=self.scales * ratios,
        )

    def cut(self, start: int, end: int) -> "Batch":
        """Return the samples from `start` up to `end`, without copying them."""
        return Batch(*(field[start:end] for field in self))

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on `device`; to a GPU it may still be on its way."""
        ahead = device.type == "cuda"
        return Batch(*(field.to(device, non_blocking=ahead) for field in self))
