"""From texts to tokens."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from .tokenizer import Tokenizer


class Encoding(NamedTuple):
    """N samples as tokens; what got lost is counted, by the role of the texts."""

    columns: Any  # the `Columns` of batch.py
    lengths: dict[str, Tensor]  # int64 [N] tokens of each text, before it was cut
    unknown: dict[str, Tensor]  # int64 [N] tokens of each that stand for what has none
    limits: dict[str, int]  # most tokens of a text
    said: tuple[str, ...] = ()  # what else got lost, in words

    @property
    def kept(self) -> Tensor:
        """Return how many tokens of each sample there are, of all its texts, int64 [N]."""
        parts = [every.clamp(max=self.limits[role]) for role, every in self.lengths.items()]
        return torch.stack(parts).sum(0)

    def measure(self, ids: Any) -> dict[str, "Lost"]:
        """Return the means of the samples of these numbers, by the role of the texts."""
        found = {}
        for role, every in self.lengths.items():
            lengths, unknown = every[ids].double(), self.unknown[role][ids].double()
            beyond, total = (lengths - self.limits[role]).clamp(min=0), lengths.sum().clamp(min=1)
            length, cut = lengths.mean(), (beyond > 0).double().mean()
            means = (length, lengths.max(), cut, beyond.sum() / total, unknown.sum() / total)
            found[role] = Lost(*map(float, means))
        return found


class Lost(NamedTuple):
    """How long texts are, and what the model does not see of them."""

    length: float  # mean number of tokens of a text, before it is cut
    longest: float  # most tokens of a text, before it is cut
    cut: float  # fraction of the texts that are cut
    tokens: float  # fraction of the tokens that are cut off
    unknown: float  # fraction of the tokens that stand for what has none


def count_tail(tokenizer: Tokenizer) -> int:
    """Return how many special tokens end a text."""
    special = tokenizer.library.encode("a").special_tokens_mask[::-1]
    return special.index(0) if 0 in special else 0


def cut(ids: list[int], max_length: int, tail: int) -> list[int]:
    """Return the first tokens of a text, and the special ones that end it: `max_length` in all."""
    if len(ids) <= max_length:
        return ids
    return ids[: max_length - tail] + ids[len(ids) - tail :]


def count_strange(tokenizer: Tokenizer, ids: Sequence[int]) -> int:
    """Return how many tokens stand for what has none of its own."""
    return sum(i in tokenizer.strange for i in ids) if tokenizer.strange else 0
