"""Generated texts and references so few that a hand counts their metrics."""

import math
from itertools import chain

import torch
from torch import Tensor

from pkg.batch import Batch
from pkg.data.training_tokenizers import train_tokenizer
from pkg.references import pack

# What is generated, and what is right. The third one has two references, of which the second is
# nearer; the fourth one says nothing.
PREDICTED = ["one two three four five", "six seven eight", "nine nine two", ""]
RIGHT = [
    ["one two three four five"],
    ["six seven seven eight"],
    ["one one one one", "nine two two"],
    ["zero"],
]


def pad(rows: list[list[int]]) -> Tensor:
    """Return rows as int64 [N, T], -1 after each that is shorter."""
    longest = max(map(len, rows))
    return torch.tensor([row + [-1] * (longest - len(row)) for row in rows])


TOKENIZER = train_tokenizer([*PREDICTED, *chain(*RIGHT)], "words", 64, start=False)
RIGHT_TOKENS = torch.tensor([[3, 6], [4, 5], [0, 4], [1, 2]])  # right, and all, in each target
OUTPUTS = pad([ids[:-1] for ids in TOKENIZER.encode(PREDICTED)])  # without end tokens
TARGETS = pad([pack(texts) for texts in RIGHT])
# Words: edits 0, 1, 1, 1 of 5, 4, 3, 1. Characters: edits 0, 6, 4, 4 of 23, 21, 12, 4.
# BLEU: 11 words for 13. N-grams that are right: 10 of 11, 7 of 8, 3 of 5, 2 of 2.
# chrF: n-grams of characters, blanks left out, in the prediction, in the reference, and in both.
CHARACTERS = [
    *[(43, 51, 39), (40, 47, 36), (37, 43, 33), (34, 39, 30), (31, 35, 27), (28, 32, 24)],
]
PRECISION = sum(both / found for found, _, both in CHARACTERS) / len(CHARACTERS)
RECALL = sum(both / right for _, right, both in CHARACTERS) / len(CHARACTERS)
EXPECTED = {
    "loss": 2.5,  # the mean of 1, 2, 3, …
    "accuracy": 8 / 17,
    "exact_match": 1 / 4,
    "bleu": math.exp(1 - 13 / 11) * (10 / 11 * 7 / 8 * 3 / 5) ** (1 / 4),
    "chrf": (1 + 2**2) * PRECISION * RECALL / (2**2 * PRECISION + RECALL),
    "word_error_rate": 3 / 13,
    "character_error_rate": 14 / 60,
}
HIGHER_IS_BETTER = {
    "loss": False,
    "accuracy": True,
    "exact_match": True,
    "bleu": True,
    "chrf": True,
    "word_error_rate": False,
    "character_error_rate": False,
}


def batch_of(samples: slice) -> Batch:
    """Return some of the pairs, whose sources and labels are nowhere."""
    ids = torch.arange(len(PREDICTED))[samples]
    nothing = torch.zeros(len(ids), 0, dtype=torch.int64)
    return Batch(nothing, nothing, TARGETS[samples], ids)
