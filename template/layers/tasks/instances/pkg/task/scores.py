"""What samples score by every metric: all of them, and draws of them for intervals."""

import numpy as np
from torch import Tensor

from ..boxes import Truth
from .found import Outputs, match_outputs
from .matching import AREAS, IOUS, Array, match_all
from .objective import Objective
from .precision import Precision


def measure(masks: Precision, boxes: Precision, draws: Array) -> dict[str, float]:
    """Return every metric of masks, and the average precision of their boxes, in a draw [N]."""
    return masks.metrics(draws) | {"box_map": boxes.metrics(draws)["map"]}


class Scores:
    """The metrics of any of N images, whose detections are matched once."""

    def __init__(
        self, outputs: Outputs, targets: Truth, objective: Objective, num_outputs: int
    ) -> None:
        """Take what was found and what there is to be found, in the same N images."""
        self.count = len(targets.labels)
        matches = match_outputs(outputs, targets)
        self.masks = Precision(matches, num_outputs)
        self.boxes = Precision(match_all(outputs.detections, targets), num_outputs)
        self.draws = np.ones(self.count)
        # Numbers that each call looks at: a detection is in two ranges of area, by mask and box.
        self.work = 4 * len(IOUS) * len(matches.images) + 2 * len(AREAS) * num_outputs

    def __call__(self, ids: Tensor) -> dict[str, float]:
        """Return every metric of the images of these numbers, int64 [N]."""
        self.draws = np.bincount(ids.numpy(), minlength=self.count).astype(np.float64)
        return measure(self.masks, self.boxes, self.draws)

    def each(self) -> list[dict[str, float]]:
        """Return the metrics of each class by masks, of the images that were scored last."""
        return self.masks.each(self.draws)
