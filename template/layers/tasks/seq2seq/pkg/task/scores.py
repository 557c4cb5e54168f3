"""What texts score by every metric: all of them, and draws of them for intervals."""

import torch
from torch import Tensor

from .counts import TOKENS, metrics_of
from .objective import Objective


class Scores:
    """The metrics of any of N generated texts, which are compared with their references once."""

    def __init__(
        self, outputs: Tensor, targets: Tensor, objective: Objective, num_outputs: int
    ) -> None:
        """Take generated tokens [N, L], and what is right."""
        self.counts = objective.count(outputs, targets).double()  # [N, S]
        self.count, self.work = len(outputs), self.counts.numel()
        self.names, self.metrics = num_outputs, dict[str, float]()

    def __call__(self, ids: Tensor) -> dict[str, float]:
        """Return every metric of the samples of these numbers, int64 [N]; some may come again."""
        draws = torch.bincount(ids, minlength=self.count).double()  # [N]
        sums = (draws @ self.counts).long().tolist()  # exact, far below 2**53
        self.metrics = metrics_of([0] * len(TOKENS) + sums)
        return self.metrics

    def each(self) -> list[dict[str, float]]:
        """Return the metrics of each output, of the samples that were scored last: of one."""
        return [self.metrics] * self.names
