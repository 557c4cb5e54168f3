"""One vocabulary for both sides of a pair: that of the sources, then that of the targets.

Where both sides share a tokenizer, there is nothing after its own.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from torch import Tensor

from ..engine.errors import UserError
from .tokenizer import Tokenizer


class Vocabulary:
    """What turns sources and targets into numbers, and generated numbers into texts."""

    def __init__(self, tokenizers: Mapping[str, Tokenizer]) -> None:
        """Take the tokenizer of each role: "source", and "target" where it has its own.

        Raises:
            UserError: the one of the targets has no token that ends a text.
        """
        self.sources = tokenizers["source"]
        self.targets = tokenizers.get("target", self.sources)
        self.offset = self.sources.size if "target" in tokenizers else 0  # of targets' numbers
        if self.targets.end is None:
            name = "target_tokenizer" if self.offset else "tokenizer"
            raise UserError(f"data.{name}: it has no token that ends a text, which targets need")
        self.end = self.offset + self.targets.end  # after each target
        self.size = self.offset + self.targets.size

    def encode_targets(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the tokens of each text; the last one is `end`."""
        rows = [[self.offset + i for i in ids] for ids in self.targets.encode(texts)]
        return [ids if ids and ids[-1] == self.end else [*ids, self.end] for ids in rows]

    def read(self, tokens: Tensor) -> list[str]:
        """Return the texts of generated tokens, int64 [B, L], up to the end token of each."""
        return [self.read_row(row) for row in tokens.tolist()]

    def read_row(self, row: Sequence[int]) -> str:
        """Return the text of one row; those of sources alone say nothing."""
        ids = row[: row.index(self.end)] if self.end in row else row
        return self.targets.decode([i - self.offset for i in ids if i >= self.offset])


def load_vocabulary(schema: Mapping[str, Any]) -> Vocabulary:
    """Return the vocabulary that a checkpoint's schema holds; the same one for the same schema."""
    roles: dict[str, dict[str, Any]] = schema["tokenizers"]
    return make_vocabulary(tuple((role, *values.items()) for role, values in roles.items()))


@lru_cache(maxsize=4)
def make_vocabulary(roles: tuple[Any, ...]) -> Vocabulary:
    """Return a vocabulary of the plain values of tokenizers, which take their time to build."""
    return Vocabulary({role: Tokenizer.from_dict(dict(values)) for role, *values in roles})
