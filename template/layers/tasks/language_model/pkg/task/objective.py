"""What training minimises: the cross-entropy of each token, given those before it.

Shapes: B windows of T tokens, N new tokens, V tokens of the vocabulary.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..batch import Batch
from ..data.info import DataInfo
from ..data.schema import Schema
from ..engine.state import Loss
from ..models.decoding import Decoding
from .settings import TaskSettings

NONE = -1  # in the place of a token, where there is none


class Judged(NamedTuple):
    """What is left of the logits of a window, once its tokens are known."""

    losses: Tensor  # float32 [B, T] of each token, in nats; 0 where there is none
    hits: Tensor  # int8 [B, T] 1 where the token was the most probable one; -1 where there is none


class Continued(NamedTuple):
    """How texts go on, and how probable they were themselves."""

    tokens: Tensor  # int64 [B, N] after the text; -1 after its end
    bits_per_byte: Tensor  # float32 [B] of the text; -1 where it is empty


@dataclass(frozen=True)
class Objective:
    """Cross-entropy of tokens, summed.

    Sums and weights are in units of a window, T tokens, so that gradients are no larger than those
    of a classifier: in 16 bits, sums over tokens would overflow.
    """

    z_loss: float
    decoding: Decoding
    length: int  # most tokens that the model sees at once

    def __call__(self, model: nn.Module, batch: Batch) -> Loss:
        """Return the loss of a batch, summed; outside training with what metrics see, `Judged`."""
        logits, labels = model(batch.inputs).float(), batch.labels  # [B, T, V], [B, T]
        unit, weight = labels.shape[1], (labels != NONE).sum()
        if not model.training:
            judged = judge(logits, labels)
            return Loss(judged.losses.sum() / unit, weight / unit, judged)
        flat, wanted = logits.flatten(0, 1), labels.flatten()
        total = F.cross_entropy(flat, wanted, ignore_index=NONE, reduction="sum") / unit
        if not self.z_loss:
            return Loss(total, weight / unit)
        sums = flat.logsumexp(-1).where(wanted != NONE, 0)  # [B T]
        terms = {"cross_entropy": total, "z_loss": sums.square().sum() / unit}
        return Loss(total + self.z_loss * terms["z_loss"], weight / unit, None, terms)

    def predict(self, model: nn.Module, batch: Batch) -> Judged:
        """Return how probable each token of the windows is."""
        return judge(model(batch.inputs).float(), batch.labels)

    def respond(self, model: Any, batch: Batch) -> Continued:
        """Continue texts of any length: each is its tokens after one that begins a text."""
        losses = self.losses_of(model, batch.tokens)  # [B]
        bits = losses / batch.bytes.clamp(min=1) / torch.tensor(2.0).log()
        tokens = model.generate(batch.tokens, self.decoding, batch.ids)
        return Continued(tokens, bits.where(batch.bytes > 0, NONE))

    def losses_of(self, model: nn.Module, tokens: Tensor) -> Tensor:
        """Return the sum of the losses [B] of all but the first tokens of texts [B, 1 + T]."""
        total = torch.zeros(len(tokens), device=tokens.device)
        for first in range(0, tokens.shape[1] - 1, self.length):
            window = tokens[:, first : first + self.length + 1]
            judged = judge(model(window[:, :-1]).float(), window[:, 1:])
            total += judged.losses.sum(1)
        return total


def judge(logits: Tensor, labels: Tensor) -> Judged:
    """Return the loss of each token [B, T] by logits [B, T, V], and whether it was foreseen."""
    losses = F.cross_entropy(
        logits.flatten(0, 1), labels.flatten(), ignore_index=NONE, reduction="none"
    ).view_as(labels)
    hits = (logits.argmax(-1) == labels).to(torch.int8)
    return Judged(losses, hits.where(labels != NONE, NONE))


def build_objective(settings: TaskSettings, info: DataInfo, device: torch.device) -> Objective:
    """Make the objective, which knows the token that ends a text."""
    tokenizer = Schema(**info.schema).make_tokenizer()
    decoding = Decoding(
        max_new_tokens=settings.max_new_tokens,
        temperature=settings.temperature,
        top_k=settings.top_k,
        top_p=settings.top_p,
        num_beams=settings.num_beams,
        end=tokenizer.start if tokenizer.end is None else tokenizer.end,
        seed=settings.generation_seed,
    )
    return Objective(settings.z_loss, decoding, info.input_shape[1])
