"""What samples score by every metric: all of them, and draws of them for intervals."""

from torch import Tensor

from ..batch import Batch
from .metrics import Metrics, score_all
from .objective import Objective


class Scores:
    """The metrics of any of N samples."""

    def __init__(
        self, outputs: Tensor, targets: Tensor, objective: Objective, num_outputs: int
    ) -> None:
        """Take outputs [N, K] of a model, and their targets [N] or [N, K]."""
        self.outputs, self.targets, self.objective = outputs, targets, objective
        self.metrics, self.count = Metrics(num_outputs), len(targets)
        self.work = outputs.numel()  # numbers that each call looks at

    def __call__(self, ids: Tensor) -> dict[str, float]:
        """Return every metric of the samples of these numbers, int64 [N]."""
        outputs, targets = self.outputs[ids], self.targets[ids]
        batch = Batch(outputs, targets, ids)
        self.metrics.reset()
        self.metrics.update(self.objective.loss(outputs, batch), batch)
        return self.metrics.compute() | score_all(outputs, targets)

    def each(self) -> list[dict[str, float]]:
        """Return the metrics of each output, of the samples that were scored last."""
        columns = self.metrics.each()
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in rows]
