"""The doctor of a corpus: what is wrong with its texts, and how to mend it."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import torch

from ..engine.data.splits import NAMES
from ..engine.errors import UserError
from .corpus import Corpus
from .dividing import Found, Text, divide, gather
from .findings import NAMED, Finding, Report
from .learning import learn_tokenizer, pack
from .packing import Encoder, Tokens
from .settings import DataSettings
from .source import find_corpus
from .tokenizer import Tokenizer

SHOWN = 20  # findings of one kind that are shown one by one
STRANGE = 0.01  # of the tokens: how many may stand for what the vocabulary does not have
FEW = 100  # windows, of which fewer teach little


def quick(
    corpus: Corpus,
    found: Found,
    rows: Sequence[Sequence[Text]],
    packed: Sequence[Tokens],
    tokenizer: Tokenizer,
) -> list[Finding]:
    """Return what training prints of the texts and tokens of each split: what costs nothing."""
    findings = [Finding("note", "data.dataset_path", text) for text in corpus.said]
    if found.empty:
        findings.append(Finding("note", found.empty[0], f"{len(found.empty)} documents are empty"))
    findings += check_copies(rows)
    findings += check_strange(rows, packed, tokenizer)
    return findings


def examine(settings: DataSettings) -> Report:
    """Look at every text.

    Raises:
        UserError: they cannot be read at all.
    """
    corpus = find_corpus(settings, None)
    found = gather(corpus)
    findings = [Finding("note", settings.dataset_path, text) for text in corpus.said]
    total = len(found.texts) + len(found.empty) + len(found.broken)
    severity: Any = "error" if len(found.broken) > settings.max_unreadable * total else "warning"
    remedy = "mend it, or it is left out"
    findings += [Finding(severity, place, problem, remedy) for place, problem in found.broken]
    findings += [Finding("note", place, "an empty document") for place in found.empty[:SHOWN]]
    if more := found.empty[SHOWN:]:
        findings.append(Finding("note", more[0], f"{len(more)} more documents are empty"))
    facts: dict[str, Any] = {
        "files": len(corpus.files),
        "documents": total,
        "empty documents": len(found.empty),
        "documents left out": len(found.broken),
        **corpus.file,
    }
    if not found.texts:
        findings.append(Finding("error", settings.dataset_path, "there is no text"))
        return Report(findings, facts)
    try:
        texts, parts, facts["splits"] = divide(found.texts, settings, None)
        rows = [[texts[i] for i in ids.tolist()] for ids in parts]
        pieces = (piece for text in rows[0] for piece in text.pieces)
        tokenizer = learn_tokenizer(settings, pieces)
        packed = [pack(Encoder(tokenizer), row) for row in rows]
    except UserError as error:
        findings.append(Finding("error", settings.dataset_path, str(error)))
        return Report(findings, facts)
    findings += [*check_copies(rows), *check_strange(rows, packed, tokenizer)]
    findings += check_windows(settings, packed)
    return Report(findings, facts | facts_of(settings, packed, tokenizer))


def facts_of(
    settings: DataSettings, packed: Sequence[Tokens], tokenizer: Tokenizer
) -> dict[str, Any]:
    """Return bytes, tokens and windows of each split, and the vocabulary."""
    bytes_of = {name: int(x.sizes.long().sum()) for name, x in zip(NAMES, packed, strict=True)}
    tokens = {name: len(x.numbers) - 1 for name, x in zip(NAMES, packed, strict=True)}
    return {
        "vocabulary": f"{tokenizer.count} tokens, {tokenizer.kind}",
        "bytes in": bytes_of,
        "tokens in": tokens,
        "bytes a token": sum(bytes_of.values()) / max(1, sum(tokens.values())),
        "windows in": {name: -(-n // settings.max_length) for name, n in tokens.items()},
    }


def check_copies(rows: Sequence[Sequence[Text]]) -> Iterator[Finding]:
    """Yield the texts that stand in several splits, letter by letter."""
    where: dict[str, tuple[str, str]] = {}
    found = list[Finding]()
    for split, texts in zip(NAMES, rows, strict=False):
        for text in texts:
            before, place = where.setdefault(text.name.partition(".")[0], (split, text.place))
            if before != split:
                problem = f"in {split}, but equal to {place} in {before}"
                remedy = "leave one of both, or metrics are too good"
                found.append(Finding("warning", text.place, problem, remedy))
    yield from found[:SHOWN]
    if len(found) > SHOWN:
        yield Finding("warning", "documents", f"{len(found) - SHOWN} more are in two splits")


def check_strange(
    rows: Sequence[Sequence[Text]], packed: Sequence[Tokens], tokenizer: Tokenizer
) -> Iterator[Finding]:
    """Yield the splits with many characters or words that the tokenizer has no token for."""
    strange = torch.tensor(sorted(tokenizer.strange), dtype=torch.int32)
    for split, texts, tokens in zip(NAMES, rows, packed, strict=False):
        count, total = int(torch.isin(tokens.numbers, strange).sum()), len(tokens.numbers)
        if count > STRANGE * total:
            parts = (part for text in texts for part in strange_parts(text.pieces[0], tokenizer))
            some = ", ".join(map(repr, islice(dict.fromkeys(islice(parts, SHOWN)), NAMED)))
            problem = f"{count:,} of {total:,} tokens of {split} stand for what has none: {some}"
            remedy = "choose bpe, or a larger data.vocab_size"
            yield Finding("warning", "data.tokenizer", problem, remedy)


def strange_parts(text: str, tokenizer: Tokenizer) -> Iterator[str]:
    """Yield the characters or words of a text that the tokenizer has no token for."""
    found = tokenizer.library.encode(text, add_special_tokens=False)
    for number, (start, end) in zip(found.ids, found.offsets, strict=True):
        if number in tokenizer.strange:
            yield text[start:end]


def check_windows(settings: DataSettings, packed: Sequence[Tokens]) -> Iterator[Finding]:
    """Yield what is too little for windows of `max_length` tokens."""
    count = (len(packed[0].numbers) - 1) / settings.max_length
    if count < 1:
        problem = f"train has {len(packed[0].numbers) - 1} tokens, too few for one window"
        yield Finding("error", "data.max_length", problem, "lower it, or add texts")
    elif count < FEW:
        problem = f"train has {count:.0f} windows: little to learn from"
        yield Finding("warning", "data.max_length", problem, "lower it, or add texts")
