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
from ..engine.data.splits import SEEDS
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
        starts, begins, lasts, self.numbers = (list[Tensor]() for _ in range(4))
        before, count = 0, 0
        for row in rows:
            last = len(row.numbers) - 1
            starts.append(torch.arange(0, last, length))
            begins.append(torch.full_like(starts[-1], before))
            lasts.append(torch.full_like(starts[-1], last))
            self.numbers.append(torch.arange(count, count + len(starts[-1])))  # of each row
            before, count = before + last + 1, count + len(starts[-1])
        # Of each window, [N]: its place in its row, and where that begins, and its last place.
        self.starts, self.begins, self.lasts = (
            torch.cat(each).to(device) for each in (starts, begins, lasts)
        )
        self.max_samples_per_prepare = PREPARED_BYTES // (8 * (length + 1))

    def read(self, chunks: list[Tensor]) -> Iterator[Batch]:
        """Yield the windows of each chunk of their numbers, int64 [B]."""
        order = torch.cat([torch.arange(0), *chunks]).to(self.device)  # waits once
        for ids in order.split([len(chunk) for chunk in chunks]):
            yield self.cut(ids)

    def cut(self, ids: Tensor, offset: int = 0) -> Batch:
        """Return the windows of these numbers, int64 [B].

        A row ends with the token that it begins with, so that it is a ring: with an offset, each
        window begins so many tokens later, and all together still predict each token once.
        """
        places = self.starts[ids, None] + torch.arange(self.length + 1, device=self.device)
        lasts = self.lasts[ids, None]
        inside = places <= lasts  # [B, T + 1]
        places = places.minimum(lasts) + offset
        places = torch.where(places > lasts, places - lasts, places) + self.begins[ids, None]
        numbers = self.tokens.numbers[places].long().where(inside, -1)
        sizes = self.tokens.sizes[places[:, 1:]].long().where(inside[:, 1:], 0)
        return Batch(numbers, sizes.sum(1), ids)


class Turned:
    """Lets the windows of each epoch begin elsewhere: what a loader does to batches in training."""

    def __init__(self, windows: Windows, seed: int) -> None:
        """Take the windows; nothing but the seed and an epoch decide where they begin."""
        self.windows, self.seed = windows, seed

    def __call__(self, batch: Batch, epoch: int) -> Batch:
        """Return the windows of an epoch; those of the first begin as they are read."""
        generator = torch.Generator().manual_seed((self.seed * 1_000_003 + epoch) % SEEDS)
        offset = int(torch.randint(self.windows.length, (), generator=generator)) if epoch else 0
        return self.windows.cut(batch.ids, offset) if offset else batch
