"""What is found in images, and how much of it is there. S x S cells of a mask."""

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..boxes import CROWD, Detections, Truth
from ..data.formats.run_lengths import encode
from ..masks import paste
from ..records import Record
from .matching import TOGETHER, Matches, join, match

Array = NDArray[Any]


class Outputs(NamedTuple):
    """What the objective gives: D detections in each of B images, which have M objects.

    Masks are counted on the pixels of the input, where both they and the true ones are.
    """

    boxes: Tensor  # float32 [B, D, 4] in pixels of the files; 0 where there is none
    scores: Tensor  # float32 [B, D] from 0 to 1, the surest first
    labels: Tensor  # int64 [B, D] class from 0; -1 where there is none
    masks: Tensor  # uint8 [B, D, S, S] within the boxes: see `Detections`
    sizes: Tensor  # int64 [B, 2] width and height of the files
    pixels: Tensor  # int64 [B, D] of the input in each mask
    areas: Tensor  # float32 [B, D] the same in pixels of the files
    shared: Tensor  # int64 [B, D, M] of the input in each mask and in each object's

    @property
    def detections(self) -> Detections:
        """Return what a model finds, its boxes in pixels of the files."""
        return Detections(*self[:4])

    def measure(self, found: Detections, truth: Truth, columns: Tensor) -> tuple[Array, Array]:
        """Return the IoU of masks, float64 [B, D, M], and the areas of those found [B, D].

        Args:
            found: These detections.
            truth: The objects to compare with.
            columns: Which they are of all objects of the images, int64 [M].
        """
        shared, areas = self.shared[:, :, columns].cpu().numpy(), self.areas.cpu().double().numpy()
        own, other = self.pixels.cpu().numpy()[:, :, None], truth.pixels.cpu().numpy()[:, None]
        crowd = truth.ignored.cpu().numpy()[:, None] == CROWD
        union = np.where(crowd, own, own + other - shared)
        return shared / np.maximum(union, 1), areas


def match_masks(outputs: Outputs, truth: Truth, ids: Tensor) -> Matches:
    """Match detections in some images with what is there, by their masks; see `match`."""
    return match(outputs.detections, truth, ids, outputs.measure)


def match_outputs(outputs: Outputs, truth: Truth) -> Matches:
    """Match the detections in all images [N, D] by their masks, the images numbered from 0."""
    parts = torch.arange(len(truth.labels)).split(TOGETHER)
    some = [(Outputs(*(x[i] for x in outputs)), Truth(*(x[i] for x in truth)), i) for i in parts]
    return join([match_masks(*part) for part in some])


def list_objects(outputs: Outputs, shown: Tensor) -> list[tuple[int, Record]]:
    """Return class, score, box and mask of the objects that are `shown`, the surest first.

    A mask is as COCO has it: run lengths, compressed, at the size of the file.

    Args:
        outputs: Those of one image.
        shown: Which of its detections to list, bool [D].
    """
    width, height = outputs.sizes.tolist()
    found = []
    for row in torch.nonzero(shown)[:, 0].tolist():
        one = slice(row, row + 1)
        mask = paste(outputs.masks[one], outputs.boxes[one], (height, width))[0]
        counts = encode(mask.numpy()).decode()
        segmentation = {"size": [height, width], "counts": counts}
        values = {"score": float(outputs.scores[row]), "box": outputs.boxes[row].tolist()}
        found.append((int(outputs.labels[row]), {**values, "segmentation": segmentation}))
    return found
