"""Tokens: a loss that is a sum over tokens, of which each sentence has its own number.

Shapes: B sentences in the batch, T tokens, V words.
"""

import math
from typing import ClassVar, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pkg.engine.state import Loss

from .task import Sums, Task, one_phase

VOCABULARY, LENGTH = 37, 9  # no other axis is as long


class TokenBatch(NamedTuple):
    """Sentences of up to T tokens; 0 fills them up."""

    tokens: Tensor  # int64 [B, T]
    ids: Tensor  # int64 [B]

    @property
    def size(self) -> int:
        return len(self.ids)

    def cut(self, start: int, end: int) -> "TokenBatch":
        return TokenBatch(*(field[start:end] for field in self))

    def to(self, device: torch.device) -> "TokenBatch":
        return TokenBatch(*(field.to(device) for field in self))


class TokenModel(nn.Module):
    """Says of each token which comes next."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Embedding(VOCABULARY, 8), nn.Dropout(dropout), nn.Linear(8, VOCABULARY)
        )

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens [B, T] to logits [B, T, V]."""
        logits: Tensor = self.layers(tokens)
        return logits


def predict_tokens(model: nn.Module, batch: TokenBatch) -> Loss:
    """Sum the cross-entropy over all tokens that are not fill."""
    wanted = batch.tokens[:, 1:]
    logits = model(batch.tokens[:, :-1])  # [B, T - 1, V]
    total = F.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=0, reduction="sum")
    return Loss(total, (wanted != 0).sum(), logits)


class TokenMetrics(Sums):
    """Perplexity, which is to fall, and how many tokens were foreseen."""

    primary: ClassVar[str] = "perplexity"
    names: ClassVar[tuple[str, ...]] = ("loss", "foreseen")
    higher_is_better: ClassVar[dict[str, bool]] = {
        "loss": False,
        "foreseen": True,
        "perplexity": False,
    }

    def update(self, loss: Loss, batch: TokenBatch) -> None:
        assert loss.total is not None
        wanted = batch.tokens[:, 1:]
        hits = (loss.outputs.argmax(2) == wanted) & (wanted != 0)
        self.add("loss", loss.total, loss.weight)
        self.add("foreseen", hits.sum(), (wanted != 0).sum())

    def compute(self) -> dict[str, float]:
        found = super().compute()
        return {**found, "perplexity": math.exp(found["loss"])}


def make_tokens(ids: Tensor) -> TokenBatch:
    """Make up sentences of two to nine tokens."""
    tokens = 1 + (ids[:, None] * 5 + torch.arange(LENGTH) * 3) % (VOCABULARY - 1)  # [B, T]
    length = 2 + ids % (LENGTH - 1)
    return TokenBatch(torch.where(torch.arange(LENGTH) < length[:, None], tokens, 0), ids)


TOKENS = Task(
    name="tokens",
    model=TokenModel,
    phases=one_phase(predict_tokens),
    val_objective=predict_tokens,
    metrics=TokenMetrics,
    make=make_tokens,
    monitor="val_perplexity",
)
