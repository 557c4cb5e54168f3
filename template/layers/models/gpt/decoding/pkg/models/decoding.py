"""How the next token of a text is chosen among all.

Shapes: B texts, V tokens of the vocabulary.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from ..engine.data.draws import Draws


@dataclass(frozen=True)
class Decoding:
    """The most probable token, one that is drawn, or the most probable text of several."""

    max_new_tokens: int = 100
    temperature: float = 0.0  # what logits are divided by before a draw; 0: the most probable one
    top_k: int | None = None  # tokens to draw from, the most probable; None: all
    top_p: float | None = None  # probability that the tokens to draw from have together; None: 1
    num_beams: int = 1  # texts that are followed at once; 1: no search, and draws are possible
    end: int | None = None  # token that ends a text; None: none does
    seed: int = 0  # of the draws


def choose(logits: Tensor, decoding: Decoding, step: int, ids: Tensor) -> Tensor:
    """Return the next token of each text, int64 [B].

    Args:
        logits: Of the next token, [B, V].
        decoding: How to choose.
        step: How many tokens were chosen before.
        ids: Numbers of the texts, int64 [B].
    """
    if decoding.temperature > 0:
        logits = with_draws(logits, decoding, step, ids)
    return logits.argmax(-1)


def with_draws(logits: Tensor, decoding: Decoding, step: int, ids: Tensor) -> Tensor:
    """Return logits [B, V] whose largest one is a draw: with noise of Gumbel (Maddison, 2014).

    The noise of a text is a function of the seed, its number, the step and the token, whatever
    other texts are in the batch.
    """
    kept = keep_probable(logits.float() / decoding.temperature, decoding.top_k, decoding.top_p)
    uniform = Draws(decoding.seed, 0, ids).uniform(f"token {step}", logits.shape[-1])  # [B, V]
    return kept - torch.log(-torch.log(uniform))


def keep_probable(logits: Tensor, top_k: int | None, top_p: float | None) -> Tensor:
    """Return logits [B, V] with -inf for all but the most probable tokens.

    Args:
        logits: Of the next token.
        top_k: The most tokens to keep.
        top_p: The least probability that those which are kept have together; one is, always.
    """
    if top_k is not None and top_k < logits.shape[-1]:
        least = logits.topk(top_k, dim=-1).values[..., -1:]
        logits = logits.masked_fill(logits < least, -torch.inf)
    if top_p is not None and top_p < 1:
        ordered, order = logits.sort(descending=True)
        probabilities = ordered.softmax(-1)
        enough = probabilities.cumsum(-1) - probabilities >= top_p  # those before are enough
        logits = logits.masked_fill(enough.gather(-1, order.argsort(-1)), -torch.inf)
    return logits
