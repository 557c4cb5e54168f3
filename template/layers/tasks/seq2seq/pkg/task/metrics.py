"""Metrics of texts, summed on the device and read when somebody asks."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from ..batch import Batch
from ..engine.state import Loss
from .counts import NAMES, metrics_of, signature


class Metrics(nn.Module):
    """Mean loss and accuracy of tokens; in validation the metrics of generated texts, too."""

    primary = "bleu"
    higher_is_better: ClassVar[Mapping[str, bool]] = {
        "loss": False,
        "accuracy": True,
        "exact_match": True,
        "bleu": True,
        "chrf": True,
        "word_error_rate": False,
        "character_error_rate": False,
    }
    signatures: ClassVar[Mapping[str, str]] = {
        "loss": "cross_entropy|avg:tokens|inputs:true|smoothing:none|unit:nats",
        "accuracy": "accuracy|avg:tokens|inputs:true",
        "exact_match": "exact_match|blanks:one|refs:any",
        "bleu": signature("bleu"),
        "chrf": signature("chrf"),
        "word_error_rate": "wer|split:blanks|avg:words|refs:best",
        "character_error_rate": "cer|blanks:one|avg:characters|refs:best",
    }

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss: Tensor = nn.Buffer(torch.zeros(()))  # summed
        self.weight: Tensor = nn.Buffer(torch.zeros(()))  # of the sum
        self.counts: Tensor = nn.Buffer(torch.zeros(len(NAMES), dtype=torch.int64))

    def update(self, loss: Loss, batch: Batch) -> None:
        """Count a batch: what its outputs [B, S] count, the first S of all there is to count."""
        self.loss.add_(loss.total)
        self.weight.add_(loss.weight)
        self.counts[: loss.outputs.shape[1]].add_(loss.outputs.sum(dim=0))

    #: if distributed
    def join(self, other: "Metrics") -> None:
        """Take in what another process has counted."""
        self.loss += other.loss
        self.weight += other.weight
        self.counts += other.counts

    #: endif
    def compute(self) -> dict[str, float]:
        """Return the mean loss, and every metric of what was counted."""
        return {"loss": float(self.loss / self.weight), **metrics_of(self.counts.tolist())}

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()
