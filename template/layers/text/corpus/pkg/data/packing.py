"""Texts as one long row of tokens, cut into windows that overlap by one token.

The last token of a window is the first of the next one, so that each token is predicted once. A
token that no text holds stands before each text and after the last one.
Shapes: N windows, B of them in a batch, T tokens to predict in each, V tokens of the vocabulary.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor

from ..batch import Batch
from ..engine.data.loader import PREPARED_BYTES
from ..engine.errors import UserError
from .byte_lengths import byte_lengths
from .corpus import Document
from .tokenizer import BYTE, KINDS, Tokenizer

TOGETHER = 1_000_000  # characters that are encoded at once
KeyT = TypeVar("KeyT")


class Tokens(NamedTuple):
    """n tokens in a row."""

    numbers: Tensor  # int32 [n]
    sizes: Tensor  # int16 [n] UTF-8 bytes that each stands for

    @staticmethod
    def join(parts: "Sequence[Tokens]") -> "Tokens":
        """Return all of them, end to end."""
        return Tokens(*map(torch.cat, zip(*parts, strict=True)))

    def after(self, count: int) -> "Tokens":
        """Return all but the first ones."""
        return Tokens(self.numbers[count:], self.sizes[count:])


class Encoder:
    """Makes tokens of texts, with the bytes of each."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Take a tokenizer.

        Raises:
            UserError: it has no token that can stand between two texts.
        """
        between = tokenizer.start if tokenizer.end is None else tokenizer.end
        if between is None:
            problem = "has no token that ends a text, which a language model needs"
            raise UserError(f"data.tokenizer {problem}: take another, or one of {KINDS}")
        self.tokenizer = tokenizer
        zero = torch.zeros(1, dtype=torch.int16)
        self.between = Tokens(torch.tensor([between], dtype=torch.int32), zero)
        self.sizes = sizes_of(tokenizer)

    def encode(self, documents: Iterable[tuple[KeyT, Document]]) -> Iterator[tuple[KeyT, Tokens]]:
        """Yield the tokens of each document, after the one that stands before a text."""
        held, length = list[tuple[KeyT, Document]](), 0
        for key, document in documents:
            held.append((key, document))
            length += len(document.text)
            if length >= TOGETHER:
                yield from self.encode_together(held)
                held, length = [], 0
        yield from self.encode_together(held)

    def encode_together(
        self, documents: Sequence[tuple[KeyT, Document]]
    ) -> Iterator[tuple[KeyT, Tokens]]:
        """Yield the tokens of documents that memory holds."""
        texts = [document.text for _, document in documents]
        rows = self.tokenizer.encode(texts, special=False)
        for (key, document), row in zip(documents, rows, strict=True):
            numbers = torch.tensor(row, dtype=torch.int32)
            sizes = self.sizes[numbers]
            if int(sizes.sum()) != len(document.text.encode(errors="surrogatepass")):
                sizes = self.measure(document.text)
            tokens = Tokens(numbers, sizes)
            yield key, Tokens.join([self.between, tokens]) if document.begins else tokens

    def measure(self, text: str) -> Tensor:
        """Return the bytes of each token of a text, int16 [n], where tokens alone do not say it."""
        encoding = self.tokenizer.library.encode(text, add_special_tokens=False)
        return torch.tensor(byte_lengths(text, encoding), dtype=torch.int16)


def sizes_of(tokenizer: Tokenizer) -> Tensor:
    """Return the UTF-8 bytes that each token seems to stand for, int16 [V].

    A tokenizer may leave blanks or accents out: the sum over a text shows it.
    """
    library, sizes = tokenizer.library, torch.zeros(tokenizer.size, dtype=torch.int16)
    byte_level = "ByteLevel" in str(library.pre_tokenizer)
    for token, number in library.get_vocab().items():
        if number in tokenizer.special:
            continue
        if BYTE.fullmatch(token):
            sizes[number] = 1
        else:
            sizes[number] = len(token if byte_level else token.replace("\u2581", " ").encode())
    return sizes


class Windows:
    """The windows of several rows of tokens: the source of a loader."""

    def __init__(self, rows: Sequence[Tokens], length: int, device: torch.device) -> None:
        """Take rows of tokens, and how many tokens of a window are predicted, T."""
        self.tokens = Tokens(*(field.to(device) for field in Tokens.join(rows)))
        self.length, self.device = length, device
        starts, ends, self.numbers = list[Tensor](), list[Tensor](), list[Tensor]()
        before, count = 0, 0
        for row in rows:
            last = before + len(row.numbers)
            starts.append(torch.arange(before, last - 1, length))
            ends.append(torch.full_like(starts[-1], last))
            self.numbers.append(torch.arange(count, count + len(starts[-1])))  # of each row
            before, count = last, count + len(starts[-1])
        self.starts, self.ends = torch.cat(starts).to(device), torch.cat(ends).to(device)  # [N]
        self.max_samples_per_prepare = PREPARED_BYTES // (8 * (length + 1))

    def read(self, chunks: list[Tensor]) -> Iterator[Batch]:
        """Yield the windows of each chunk of their numbers, int64 [B]."""
        offsets = torch.arange(self.length + 1, device=self.device)
        order = torch.cat([torch.arange(0), *chunks]).to(self.device)  # waits once
        for ids in order.split([len(chunk) for chunk in chunks]):
            places = self.starts[ids, None] + offsets  # [B, T + 1]
            inside = places < self.ends[ids, None]
            places = places.clamp(max=len(self.tokens.numbers) - 1)
            numbers = self.tokens.numbers[places].long().where(inside, -1)
            sizes = self.tokens.sizes[places[:, 1:]].long().where(inside[:, 1:], 0)
            yield Batch(numbers, sizes.sum(1), ids)
