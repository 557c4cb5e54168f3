"""A tokenizer: texts to numbers and back, the same wherever the model goes."""

import re
from collections.abc import Sequence
from typing import Any

import tokenizers

KINDS = ("bpe", "unigram", "characters", "bytes", "words")  # that are trained on the data
MULTIPLE = 64  # of which a vocabulary is padded to one: matrices of that size are fast
BYTE = re.compile(r"<0x[0-9A-F]{2}>")  # the token of a byte, of a character that has no token


class Tokenizer:
    """A tokenizer of the library `tokenizers`, and the special tokens that models need.

    A text cannot hold the special tokens of one that was trained here; those of a published one
    it can, as its makers have it.
    """

    def __init__(
        self,
        library: tokenizers.Tokenizer,
        kind: str,
        start: int | None,
        end: int | None,
        unknown: int | None,
    ) -> None:
        """Take a tokenizer.

        Args:
            library: The tokenizer of the library.
            kind: One of `KINDS`, or "published".
            start: Token before a text; None: there is none.
            end: Token after a text; None: there is none.
            unknown: Token for what has none; None: everything has one.
        """
        library.no_padding()
        library.no_truncation()
        library.encode_special_tokens = kind in KINDS
        self.library, self.kind = library, kind
        self.start, self.end, self.unknown = start, end, unknown
        vocabulary = library.get_vocab()
        self.count = max(vocabulary.values()) + 1  # tokens that there are
        self.size = -(-self.count // MULTIPLE) * MULTIPLE  # of a model's vocabulary
        added = library.get_added_tokens_decoder()
        self.special = frozenset(number for number, token in added.items() if token.special)
        strange = {number for token, number in vocabulary.items() if BYTE.fullmatch(token)}
        strange |= set() if unknown is None else {unknown}
        self.strange = frozenset(strange)  # tokens for what has none of its own

    def encode(self, texts: Sequence[str], special: bool = True) -> list[list[int]]:
        """Return the tokens of each text, with the special ones of its ends or without."""
        found = self.library.encode_batch_fast([*texts], add_special_tokens=special)
        return [encoding.ids for encoding in found]

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of tokens; the special ones and numbers of none are left out."""
        known = [int(i) for i in ids if 0 <= i < self.count and i not in self.special]
        text: str = self.library.decode(known, skip_special_tokens=False)
        return text

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for a checkpoint."""
        numbers = {"start": self.start, "end": self.end, "unknown": self.unknown}
        return {"kind": self.kind, **numbers, "json": self.library.to_str()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Tokenizer":
        """Return the tokenizer that `to_dict` wrote."""
        library = tokenizers.Tokenizer.from_str(values["json"])
        return cls(library, values["kind"], values["start"], values["end"], values["unknown"])
