"""Opens texts that memory does not hold: a stream of those that train, and some of the others."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import torch

from ..engine.data.splits import NAMES
from ..engine.errors import UserError
from .corpus import Corpus, CorpusFile
from .dividing import Text
from .info import DataInfo
from .learning import describe, learn_tokenizer, pack
from .loaders import SplitLoader, make_loaders
from .packing import Encoder, Windows
from .schema import Schema
from .settings import DataSettings
from .stream import TokenStream, draw

HELD = 5_000_000  # characters of val, and of test, that memory holds
MEASURED = 10  # documents whose bytes and tokens are compared


def open_stream(
    settings: DataSettings,
    corpus: Corpus,
    info: DataInfo | None,
    manifest: Path | None,
    *,
    batch_size: int,
    seed: int,
    device: torch.device,
) -> tuple[TokenStream, SplitLoader, SplitLoader]:
    """Return a stream of the texts that train, and loaders of the first others.

    Whether a text trains is a function of its content, so that nobody has to read all before.

    Raises:
        UserError: there is no text to validate or to test.
    """
    given = {file.split for file in corpus.files}
    drawn = [name for name in NAMES[1:] if name not in given]
    how = f"{' and '.join(drawn)} are drawn by content" if drawn else "the data say what trains"
    print(f"splits: {how}; val and test are {HELD:,} characters each at most")
    files = [file for file in corpus.files if file.split in (None, "train")]
    fractions = settings.train_val_test_split
    pieces = partial(training_pieces, files, fractions, drawn)
    schema = Schema(**info.schema) if info else None
    tokenizer = schema.make_tokenizer() if schema else learn_tokenizer(settings, pieces())
    encoder = Encoder(tokenizer)
    if info is None:
        sample = pack(encoder, [Text("", [*islice(pieces(), MEASURED)], None)])
        info = describe(settings, corpus.file, tokenizer, sample, how, [])
        if manifest is not None and not manifest.exists():
            Schema(**info.schema).write(manifest.with_name("schema.json"))
            manifest.write_text("name,split\n", encoding="utf-8")
    packed = [pack(encoder, hold(settings, corpus, name, drawn)) for name in NAMES[1:]]
    for name, tokens in zip(NAMES[1:], packed, strict=True):
        if len(tokens.numbers) < 2:
            problem = f"data.train_val_test_split {fractions} leaves {name} empty"
            raise UserError(f"{problem}: add texts or choose other fractions")
    source = Windows(packed, settings.max_length, device)
    numbers = [source.numbers[0], *source.numbers]  # the first is not used
    _, val, test = make_loaders(settings, source, numbers, info, batch_size, seed)
    share = 1 - sum(part for name, part in zip(NAMES, fractions, strict=True) if name in drawn)
    size = share * sum(file.size for file in files)
    stream = TokenStream(
        files=files,
        encoder=encoder,
        length=settings.max_length,
        batch_size=batch_size,
        fractions=fractions,
        drawn=drawn,
        seed=seed,
        device=device,
        info=info,
        expected=int(size / Schema(**info.schema).bytes_per_token / settings.max_length),
    )
    return stream, val, test


def training_pieces(
    files: Sequence[CorpusFile], fractions: Sequence[float], drawn: Sequence[str]
) -> Iterator[str]:
    """Yield the documents that train, or pieces of them, in the order of the files."""
    for file in files:
        for document in file.read(0):
            if document.text and draw(document.text, fractions, drawn) == "train":
                yield document.text


def hold(settings: DataSettings, corpus: Corpus, name: str, drawn: Sequence[str]) -> list[Text]:
    """Return the first documents of val or test, to be kept in memory."""
    found, length = list[Text](), 0
    splits = (None, "train") if name in drawn else (name,)
    for file in corpus.files:
        for document in file.read(0) if file.split in splits else ():
            split = draw(document.text, settings.train_val_test_split, drawn)
            if document.text.strip() and (name not in drawn or split == name):
                found.append(Text(document.place, [document.text], name))
                length += len(document.text)
            if length > HELD:
                return found
    return found
