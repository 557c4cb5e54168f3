"""What is learnt of the texts that train: a tokenizer, their tokens, and facts for the model."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import partial

import torch

from ..task.targets import describe_targets
from .dividing import Text
from .info import DataInfo
from .packing import Encoder, Tokens
from .schema import Schema, hash_names
from .settings import DataSettings
from .tokenizer import Tokenizer
from .training_tokenizers import make_tokenizer

OUTPUTS = ["next token"]
LEARNT = 50_000_000  # characters that a tokenizer learns from


def learn_tokenizer(settings: DataSettings, pieces: Iterable[str]) -> Tokenizer:
    """Return the tokenizer that settings name; one that learns does so from pieces that train."""
    return make_tokenizer(settings.tokenizer, partial(first, pieces), settings.vocab_size)


def first(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the first pieces of texts, as many as a tokenizer learns from."""
    length = 0
    for piece in pieces:
        yield piece
        length += len(piece)
        if length > LEARNT:
            print(f"the tokenizer learns from the first {length:,} characters")
            return


def pack(encoder: Encoder, texts: Sequence[Text]) -> Tokens:
    """Return the tokens of texts in a row, with one before each text and one after the last."""
    documents = ((None, document) for text in texts for document in text.documents())
    parts = [tokens for _, tokens in encoder.encode(documents)]
    return Tokens.join([*parts, encoder.between])


def describe(
    settings: DataSettings,
    file: dict[str, str],
    tokenizer: Tokenizer,
    train: Tokens,
    divided: str,
    names: Sequence[str],
) -> DataInfo:
    """Gather the facts of the tokens that train."""
    sizes = int(train.sizes.sum(dtype=torch.int64))
    schema = Schema(
        dataset_path=settings.dataset_path,
        file=file,
        tokenizer=tokenizer.to_dict(),
        divided=divided,
        bytes_per_token=sizes / max(1, len(train.numbers) - 1),
        train_hash=hash_names(names),
    )
    facts = describe_targets(train.numbers, sizes, OUTPUTS)
    return DataInfo([tokenizer.size, settings.max_length], OUTPUTS, asdict(schema), facts)
