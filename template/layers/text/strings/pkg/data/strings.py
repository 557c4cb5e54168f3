"""Texts that are whole strings, as tokens."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .encoding import count_strange, count_tail, cut
from .ragged import Ragged
from .tokenizer import Tokenizer

TOGETHER = 1_000  # texts that are encoded at once


class Encoded(NamedTuple):
    """N texts as tokens."""

    rows: Ragged
    lengths: Tensor  # int64 [N] tokens of each, before it was cut
    unknown: Tensor  # int64 [N] tokens of each that stand for what has none


def encode_texts(texts: Sequence[str], tokenizer: Tokenizer, max_length: int) -> Encoded:
    """Return the tokens of each text, at most `max_length` of them."""
    rows, lengths, unknown = list[list[int]](), list[int](), list[int]()
    tail = count_tail(tokenizer)
    for first in range(0, len(texts), TOGETHER):
        for ids in tokenizer.encode(texts[first : first + TOGETHER]):
            lengths.append(len(ids))
            rows.append(cut(ids, max_length, tail))
            unknown.append(count_strange(tokenizer, ids))
    counts = (torch.tensor(x, dtype=torch.int64) for x in (lengths, unknown))
    return Encoded(Ragged.of(rows), *counts)
