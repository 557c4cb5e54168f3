"""From texts to batches: find them, divide them, make tokens of them, pack these into windows.

Shapes: B windows in a batch, T tokens to predict in each, V tokens of the vocabulary.
"""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from ..batch import Batch
from ..engine.data.quarantine import Quarantine
from ..engine.data.splits import NAMES
from ..engine.errors import UserError
from .corpus import Corpus
from .dividing import Found, Text, divide, gather
from .doctor import quick
from .findings import print_quick
from .info import DataInfo
from .learning import OUTPUTS, describe, learn_tokenizer, pack
from .loaders import SplitLoader, make_loaders
from .opening import open_stream
from .outputs import check_outputs
from .packing import Encoder, Tokens, Windows
from .prompts import read_prompts
from .schema import Schema, hash_names
from .settings import DataSettings
from .source import find_corpus

__all__ = ["SplitLoader", "get_dataloaders", "read_inputs"]

MEMORY_LIMIT = 500_000_000  # bytes of files that `streaming: auto` keeps as tokens


def get_dataloaders(
    settings: DataSettings,
    *,
    batch_size: int,
    seed: int,
    device: torch.device,
    manifest: Path | None = None,
    info: DataInfo | None = None,
    whole: bool = False,
) -> tuple[Any, SplitLoader, SplitLoader]:
    """Return the loaders of the train, val and test split; that of train may be a stream.

    Args:
        settings: Where the texts are, and how to divide them.
        batch_size: Windows in a batch.
        seed: Decides the order of the windows.
        device: Where batches are to be.
        manifest: File that keeps the splits, so that they outlive new texts.
        info: Facts of the data, from a checkpoint; without them they are measured.
        whole: Whether each loader has all windows, undivided.

    Raises:
        UserError: the texts are missing or damaged, or do not fit the settings or `info`.
    """
    schema = Schema(**info.schema) if info else None
    corpus = find_corpus(settings, schema)
    check_outputs(settings, OUTPUTS, info.output_names if info else OUTPUTS)
    if schema and (different := schema.differences(corpus.file)):
        print(f"warning: unlike the texts that trained: {'; '.join(different)}", file=sys.stderr)
    options: dict[str, Any] = {"batch_size": batch_size, "seed": seed, "device": device}
    if not whole and streams(settings, corpus):
        return open_stream(settings, corpus, info, manifest, **options)
    found = gather(corpus)
    report_broken(settings, found, manifest)
    if not found.texts:
        raise UserError(f"data.dataset_path: {settings.dataset_path} has no text")
    begins = info is None and manifest is not None and not manifest.exists()
    texts, parts, divided = found.texts, [torch.arange(len(found.texts))] * 3, ""
    if not whole:
        texts, parts, divided = divide(found.texts, settings, manifest)
        print(f"splits: {divided}")
    rows = [[texts[i] for i in ids.tolist()] for ids in ([*parts[:1]] if whole else parts)]
    if schema and not whole and manifest is None:
        check_unseen(settings, schema, rows[0])
    pieces = (piece for text in rows[0] for piece in text.pieces)
    tokenizer = schema.make_tokenizer() if schema else learn_tokenizer(settings, pieces)
    packed = [pack(Encoder(tokenizer), row) for row in rows]
    source = Windows(packed, settings.max_length, device)
    check_sizes(settings, packed)
    if info is None:
        names = [text.name for text in rows[0]]
        info = describe(settings, corpus.file, tokenizer, packed[0], divided, names)
    if begins and manifest is not None:
        Schema(**info.schema).write(manifest.with_name("schema.json"))
        print_quick(partial(quick, corpus, found, rows, packed, tokenizer), len(source.starts))
    numbers = source.numbers * 3 if whole else source.numbers
    return make_loaders(settings, source, numbers, info, batch_size, seed)


def streams(settings: DataSettings, corpus: Corpus) -> bool:
    """Say whether texts are read as they are needed."""
    size = sum(file.size for file in corpus.files)
    if settings.streaming == "auto" and size > MEMORY_LIMIT:
        print(f"texts are read as they are needed: {size:,} bytes (data.streaming)")
    return settings.streaming is True or (settings.streaming == "auto" and size > MEMORY_LIMIT)


def report_broken(settings: DataSettings, found: Found, manifest: Path | None) -> None:
    """Note the documents that cannot be used.

    Raises:
        UserError: there are too many.
    """
    path = manifest and manifest.with_name("quarantine.csv")
    total = len(found.texts) + len(found.empty) + len(found.broken)
    quarantine = Quarantine(path, settings.max_unreadable, total)
    for place, reason in found.broken:
        quarantine.add(settings.dataset_path, place, f"{place}: {reason}")


def check_unseen(settings: DataSettings, schema: Schema, train: Sequence[Text]) -> None:
    """Make sure, where no manifest says it, that the texts of train are those that trained.

    Raises:
        UserError: they are not, so that texts that trained may be among the others.
    """
    if hash_names([text.name for text in train]) == schema.train_hash:
        return
    path, problem = settings.dataset_path, "texts that trained may be evaluated"
    if path == schema.dataset_path:
        lost = "has changed since the training, and splits.csv is not beside the checkpoint"
        raise UserError(f"data.dataset_path: {path} {lost}: {problem}: put it back")
    print(f"warning: {path} is not what the training split: {problem}")


def check_sizes(settings: DataSettings, packed: Sequence[Tokens]) -> None:
    """Make sure that there is a window to train on, and something to predict in each split.

    Raises:
        UserError: there is not.
    """
    for name, tokens in zip(NAMES, packed, strict=False):
        count, least = len(tokens.numbers) - 1, settings.max_length if name == "train" else 1
        if count < least:
            problem = f"{name} has {count} tokens, of which a window takes {settings.max_length}"
            remedy = "add texts, lower data.max_length or choose other fractions"
            raise UserError(f"data.max_length: {problem}: {remedy}")


def read_inputs(
    paths: Sequence[str], settings: DataSettings, info: DataInfo
) -> Iterator[tuple[dict[str, Any], Batch | UserError]]:
    """Yield every text to go on with, named by its file and line: a batch of one, or an error."""
    encoder = Encoder(Schema(**info.schema).make_tokenizer())
    for number, (record, text) in enumerate(read_prompts(paths)):
        if isinstance(text, UserError):
            yield record, text
            continue
        [tokens] = encoder.tokenizer.encode([text], special=False)
        start = int(encoder.between.numbers[0])
        size = torch.tensor([len(text.encode(errors="surrogatepass"))])
        yield record, Batch(torch.tensor([[start, *tokens]]), size, torch.tensor([number]))
