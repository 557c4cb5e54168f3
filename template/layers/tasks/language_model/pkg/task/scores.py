"""What windows score by every metric: all of them, and draws of them for intervals."""

import torch
from torch import Tensor

from .metrics import Metrics, score
from .objective import Judged, Objective


class Scores:
    """The metrics of any of N windows, from the sums of each: those add up."""

    def __init__(
        self, outputs: Judged, targets: Tensor, objective: Objective, num_outputs: int
    ) -> None:
        """Take what is known of the tokens of windows [N, T], and the bytes of each, int64 [N]."""
        there, length = outputs.hits >= 0, outputs.hits.shape[1]
        nats, hits = outputs.losses.double().sum(1), (outputs.hits == 1).sum(1)
        self.sums = torch.stack([nats, there.sum(1), targets, hits], 1).double()  # [N, 4]
        self.total = self.sums.sum(0)
        self.count, self.work = len(targets), self.sums.numel()  # numbers that each call looks at
        window = f"|ctx:{length}|stride:{length}"
        self.signatures = {name: text + window for name, text in Metrics.signatures.items()}

    def __call__(self, ids: Tensor) -> dict[str, float]:
        """Return every metric of the windows of these numbers, int64 [N]."""
        self.total = self.sums[ids].sum(0)
        nats, tokens, size, hits = self.total.tolist()
        found = score(nats, int(tokens), int(size), int(hits), int(tokens))
        return {"loss": nats / tokens, **found}

    def each(self) -> list[dict[str, float]]:
        """Return what the one output has seen, of the windows that were scored last."""
        nats, tokens, size, hits = self.total.tolist()
        found = score(nats, int(tokens), int(size), int(hits), int(tokens))
        return [{"tokens": tokens, "bytes": size, **found}]
