"""Windows of texts that memory does not hold: read, made tokens of and packed as they are needed.

Shapes: B windows in a batch, T tokens to predict in each.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import torch

from ..batch import Batch
from ..engine.data.splits import NAMES, SEEDS
from ..engine.errors import UserError
from .corpus import CorpusFile, Document
from .info import DataInfo
from .packing import Encoder, Tokens, Windows

SHUFFLED = 64  # batches whose windows are shuffled together
T = TypeVar("T")


class Place(NamedTuple):
    """Where a token stands, in an epoch."""

    file: int  # in the order of the epoch
    document: int  # in the file
    token: int  # in the document


class Position(NamedTuple):
    """Where a batch begins; plain numbers, for a checkpoint."""

    file: int = 0  # where the block of windows begins, as in `Place`
    document: int = 0
    token: int = 0
    windows: int = 0  # of the epoch, before the block
    taken: int = 0  # windows of the block


class Block(NamedTuple):
    """Windows that are shuffled together, and where the next ones begin."""

    position: Position
    tokens: Tokens
    after: Position


@dataclass
class TokenStream:
    """The training texts of files, as batches: the loader of a run that streams.

    Each epoch has its files in another order. Windows are shuffled in blocks, so that a position
    is the place where a block begins, and how many of its windows are taken.
    """

    files: Sequence[CorpusFile]
    encoder: Encoder
    length: int  # T
    batch_size: int
    fractions: Sequence[float]  # of the documents, for train, val and test
    drawn: Sequence[str]  # the splits that no file is given to
    seed: int
    device: torch.device
    info: DataInfo
    expected: int  # windows in an epoch, about
    shuffle: bool = True
    together: int = SHUFFLED  # batches of a block
    rank: int = 0
    world: int = 1
    start: Any = (0, 0, 0, 0, 0)  # a Position, as a plain tuple
    wait_seconds: float = 0.0  # spent waiting for tokens so far
    links: dict[Position, Position] = field(default_factory=dict)  # of a batch to the next one

    def __len__(self) -> int:
        """Return how many batches an epoch has, about: nobody has read all texts."""
        return max(1, -(-self.expected // self.batch_size))

    @property
    def ids(self) -> Any:
        """Refuse what needs all windows at once.

        Raises:
            UserError: always.
        """
        advice = "evaluate val or test, or set data.streaming to false"
        raise UserError(f"data.streaming: the texts that train are not in memory: {advice}")

    def batches(self, epoch: int = 0, position: Any = start) -> Iterator[Batch]:
        """Yield the batches of an epoch, from a position on; or of each the part of this rank."""
        before, skipped = time.perf_counter(), None
        for here, batch, after in self.walk(epoch, Position(*position)):
            here = skipped or here
            if batch.size < self.world:  # a rank would have none
                skipped = here
                continue
            skipped, self.links[here] = None, after
            ends = [batch.size * k // self.world for k in range(self.world + 1)]
            part = batch.cut(ends[self.rank], ends[self.rank + 1]).to(self.device)
            self.wait_seconds += time.perf_counter() - before
            yield part
            before = time.perf_counter()

    def advance(self, position: Any, batches: list[Batch]) -> tuple[int, ...]:
        """Return the position after these batches, which were the last ones that came."""
        here = Position(*position)
        for _ in batches:
            here = self.links.pop(here)
        return tuple(here)  # plain, for a checkpoint

    def share(self, rank: int, world: int) -> "TokenStream":
        """Return what one of several processes sees."""
        return replace(self, rank=rank, world=world, links={})

    @property
    def usual_size(self) -> int:
        """Return the number of windows in a full batch, or of it in the part of this rank."""
        first, last = (self.batch_size * k // self.world for k in (self.rank, self.rank + 1))
        return last - first

    def raw(self, count: int) -> Batch:
        """Return the first windows: nothing is done to them."""
        return self.peek(count)

    def peek(self, count: int) -> Batch:
        """Return the first windows of the first epoch, in the order of the texts."""
        few = replace(self, batch_size=count, together=1)
        block = next(few.blocks(0, Position()))
        windows = Windows([block.tokens], self.length, self.device)
        return next(windows.read([windows.numbers[0][:count]]))

    def walk(self, epoch: int, position: Position) -> Iterator[tuple[Position, Batch, Position]]:
        """Yield the batches of an epoch, each with its position and the one after it."""
        for block in ahead(self.blocks(epoch, position)):
            windows = Windows([block.tokens], self.length, torch.device("cpu"))
            order, first = windows.numbers[0], block.position.windows
            if self.shuffle:
                seed = (self.seed * 1_000_003 + epoch) * 1_000_003 + first
                generator = torch.Generator().manual_seed(seed % SEEDS)
                order = order[torch.randperm(len(order), generator=generator)]
            here, position = block.position._replace(taken=position.taken), block.after
            while here.taken < len(order):
                [batch] = windows.read([order[here.taken :][: self.batch_size]])
                after = here._replace(taken=here.taken + batch.size)
                if after.taken == len(order):
                    after = block.after
                yield here, batch._replace(ids=batch.ids + first), after
                here = after if after.taken else here._replace(taken=len(order))

    def blocks(self, epoch: int, position: Position) -> Iterator[Block]:
        """Yield the tokens of an epoch in blocks of whole windows, from one on; the last is short.

        The last token of a block is also the first one of the next.
        """
        count = self.together * self.batch_size
        size = count * self.length
        held, total = list[tuple[Place, Tokens]](), 0
        position = position._replace(taken=0)
        for place, tokens in self.tokens(epoch, Place(*position[:3])):
            held.append((place, tokens))
            total += len(tokens.numbers)
            while total > size:
                block, held = divide(held, size)
                total = sum(len(part.numbers) for _, part in held)
                after = Position(*held[0][0], position.windows + count)
                yield Block(position, block, after)
                position = after
        if total > 1:
            (file, document, token), last = held[-1]
            end = Position(file, document, token + len(last.numbers) - 1)
            end = end._replace(windows=position.windows + -(-(total - 1) // self.length))
            yield Block(position, Tokens.join([part for _, part in held]), end)

    def tokens(self, epoch: int, place: Place) -> Iterator[tuple[Place, Tokens]]:
        """Yield the tokens of each document of an epoch that trains, from a place on."""
        for (file, document), tokens in self.encoder.encode(self.documents(epoch, place)):
            skipped = place.token if (file, document) == place[:2] else 0
            yield Place(file, document, skipped), tokens.after(skipped)
        last = Place(len(self.files), 0, 0)  # where the text after the last one would begin
        yield last, self.encoder.between

    def documents(self, epoch: int, place: Place) -> Iterator[tuple[tuple[int, int], Document]]:
        """Yield the documents of an epoch that train, with their file and number, from one on."""
        order = torch.arange(len(self.files))
        if self.shuffle:
            seed = (self.seed * 1_000_003 + epoch) % SEEDS
            order = torch.randperm(len(order), generator=torch.Generator().manual_seed(seed))
        for file, number in islice(enumerate(order.tolist()), place.file, None):
            first = place.document if file == place.file else 0
            for document, found in enumerate(self.files[number].read(first), first):
                if self.trains(found):
                    yield (file, document), found

    def trains(self, document: Document) -> bool:
        """Say whether a document is to train."""
        there = not document.problem and bool(document.text.strip() or not document.begins)
        return there and draw(document.text, self.fractions, self.drawn) == "train"


def draw(text: str, fractions: Sequence[float], drawn: Sequence[str]) -> str:
    """Return the split of a document that would train, which its content decides.

    Args:
        text: The document, or a piece of a long one.
        fractions: For train, val and test.
        drawn: Those of val and test that documents are drawn for.
    """
    digest = blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()
    chance, before = int.from_bytes(digest, "big") / 2**64, 0.0
    for name, fraction in zip(NAMES[1:], fractions[1:], strict=True):
        if name in drawn:
            if before <= chance < before + fraction:
                return name
            before += fraction
    return "train"


def divide(
    held: Sequence[tuple[Place, Tokens]], size: int
) -> tuple[Tokens, list[tuple[Place, Tokens]]]:
    """Return the first `size` tokens and one more, and all from that one on."""
    block, rest, count = list[Tokens](), list[tuple[Place, Tokens]](), 0
    for place, tokens in held:
        here = size + 1 - count  # that many are of the block
        if here > 0:
            block.append(Tokens(tokens.numbers[:here], tokens.sizes[:here]))
        skipped = max(0, here - 1)
        if skipped < len(tokens.numbers):
            rest.append((place._replace(token=place.token + skipped), tokens.after(skipped)))
        count += len(tokens.numbers)
    return Tokens.join(block), rest


def ahead(found: Iterator[T]) -> Iterator[T]:
    """Yield what is found, while a thread looks for the next."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, found, None)
        while (value := coming.result()) is not None:
            coming = thread.submit(next, found, None)
            yield value
