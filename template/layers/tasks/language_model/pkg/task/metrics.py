"""Metrics of a language model, summed on the device and read when somebody asks."""

import math
from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from ..batch import Batch
from ..engine.state import Loss

MOST = 700.0  # nats, of which the exponential is a number


class Metrics(nn.Module):
    """Mean loss of a token, bits for each byte of text, and what follows from them."""

    primary = "bits_per_byte"
    higher_is_better: ClassVar[Mapping[str, bool]] = {
        "loss": False,
        "bits_per_byte": False,
        "perplexity": False,
        "accuracy": True,
    }
    signatures: ClassVar[Mapping[str, str]] = {
        "loss": "cross_entropy|unit:nats|per:token",
        "bits_per_byte": "bpb|bytes:utf8",
        "perplexity": "perplexity|per:token",
        "accuracy": "accuracy|of:next_token",
    }
    loss: Tensor  # [], summed in nats, in units of a window
    weight: Tensor  # [] of the sum: tokens, in units of a window
    nats: Tensor  # float64 [] of all tokens, without z-loss
    counts: Tensor  # int64 [4]: tokens, bytes, hits, and tokens that could be hits

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss, self.weight = nn.Buffer(torch.zeros(())), nn.Buffer(torch.zeros(()))
        self.nats = nn.Buffer(torch.zeros((), dtype=torch.float64))
        self.counts = nn.Buffer(torch.zeros(4, dtype=torch.int64))

    def update(self, loss: Loss, batch: Batch) -> None:
        """Count a batch."""
        unit = batch.labels.shape[1]
        self.loss.add_(loss.total)
        self.weight.add_(loss.weight)
        self.nats.add_(unit * loss.terms.get("cross_entropy", loss.total))
        there = batch.labels >= 0
        tokens, zero = there.sum(), self.counts.new_zeros(())
        hits = (
            [(loss.outputs.hits == 1).sum(), tokens] if loss.outputs is not None else [zero, zero]
        )
        self.counts.add_(torch.stack([tokens, batch.bytes.sum(), *hits]))

    #: if distributed
    def join(self, other: "Metrics") -> None:
        """Take in what another process has counted."""
        for mine, counter in zip(self.buffers(), other.buffers(), strict=True):
            mine += counter

    #: endif
    def compute(self) -> dict[str, float]:
        """Return every metric; accuracy where it was counted, which is outside training."""
        loss = float(self.loss / self.weight)
        return {"loss": loss, **score(float(self.nats), *self.counts.tolist())}

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()


def score(nats: float, tokens: int, size: int, hits: int, judged: int) -> dict[str, float]:
    """Return the metrics of counts.

    Args:
        nats: Sum of the losses of all tokens.
        tokens: How many those are.
        size: Bytes of text that they stand for.
        hits: Tokens that were the most probable ones.
        judged: Tokens that could be hits; 0: accuracy is not among the metrics.
    """
    found = {
        "bits_per_byte": nats / math.log(2) / size if size else math.nan,
        "perplexity": math.exp(min(MOST, nats / tokens)) if tokens else math.nan,
    }
    return found | ({"accuracy": hits / judged} if judged else {})
