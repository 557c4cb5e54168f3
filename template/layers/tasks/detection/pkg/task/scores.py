"""What samples score by every metric: all of them, and draws of them for intervals."""

import numpy as np
from torch import Tensor

from ..boxes import Detections, Truth
from .matching import AREAS, IOUS, match_all
from .objective import Objective
from .precision import Precision


class Scores:
    """The metrics of any of N images, whose detections are matched once."""

    def __init__(
        self, outputs: Detections, targets: Truth, objective: Objective, num_outputs: int
    ) -> None:
        """Take what was found and what there is to be found, in the same N images."""
        self.count = len(targets.labels)
        matches = match_all(outputs, targets)
        self.precision = Precision(matches, num_outputs)
        self.draws = np.ones(self.count)
        # Numbers that each call looks at: every detection is in two ranges of area.
        self.work = 2 * len(IOUS) * len(matches.images) + len(AREAS) * num_outputs

    def __call__(self, ids: Tensor) -> dict[str, float]:
        """Return every metric of the images of these numbers, int64 [N]."""
        self.draws = np.bincount(ids.numpy(), minlength=self.count).astype(np.float64)
        return self.precision.metrics(self.draws)

    def each(self) -> list[dict[str, float]]:
        """Return the metrics of each class, of the images that were scored last."""
        return self.precision.each(self.draws)
