"""What is judged of texts: each a finding with its remedy."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from torch import Tensor

from ..engine.data.splits import NAMES
from .encoding import Encoding
from .findings import Finding, Severity
from .samples import Examples
from .target_findings import alike
from .tokenizer import Tokenizer

SHOWN = 20  # texts of one kind that the doctor names
NAMED = 3  # copies of one text that a finding names
LOOKED = 500  # texts whose unknown characters or words are looked up
SERIOUS = 0.1  # of all tokens, from which it is a warning that they are lost
MEND = "mend the text, or save the file in the encoding that it is read in"
PLAIN = "take the marks out, unless new texts will have them too"
ODD = {  # what a text holds that was read or written wrongly
    "a character that could not be read (U+FFFD)": re.compile("\ufffd"),
    "UTF-8 that was read as another encoding": re.compile(
        "[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac[\u2122\u0153\u009d\u201c\u201d\u00a6]"
    ),
    "control characters": re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"),
    "marks of HTML": re.compile(r"</?(br|p|div|span|a|b|i|li|ul)\b[^<>]*>|&(amp|lt|gt|quot|nbsp);"),
}


def judge_lost(
    examples: Examples, encoding: Encoding, tokenizers: dict[str, Tokenizer], place: str
) -> Iterator[Finding]:
    """Yield how many texts are cut, and what the tokenizers do not know."""
    yield from (Finding("warning", place, words) for words in encoding.said)
    for role, lost in encoding.measure(slice(None)).items():
        count, limit = len(examples.places), encoding.limits[role]
        cut = int((encoding.lengths[role] > limit).sum())
        if cut:
            severity: Severity = "warning" if lost.tokens > SERIOUS else "note"
            problem = f"{cut:,} of {count:,} {role}s are longer than {limit} tokens and are cut"
            problem += f", {lost.tokens:.1%} of all tokens are lost"
            longest = f"the longest has {int(encoding.lengths[role].max()):,}"
            setting = "data.max_target_length" if role == "target" else "data.max_length"
            yield Finding(severity, place, problem, f"{longest}: {setting} says how many are kept")
        if lost.unknown:
            severity = "warning" if lost.unknown > SERIOUS else "note"
            parts = unknown_parts(examples, encoding, role, tokenizer_of(tokenizers, role))
            problem = f"{lost.unknown:.2%} of the tokens of {role}s stand for what has none"
            some = ", ".join(map(repr, parts))
            yield Finding(severity, place, f"{problem}: {some}", "bpe has tokens for everything")


def tokenizer_of(tokenizers: dict[str, Tokenizer], role: str) -> Tokenizer:
    """Return the tokenizer of a role; one that has none shares the first."""
    return tokenizers.get(role) or next(iter(tokenizers.values()))


def unknown_parts(
    examples: Examples, encoding: Encoding, role: str, tokenizer: Tokenizer
) -> list[str]:
    """Return the characters or words that a tokenizer does not know, the most frequent first."""
    counts = Counter[str]()
    for i in encoding.unknown[role].nonzero().flatten()[:LOOKED].tolist():
        counts.update(strange_parts(tokenizer, as_text(examples.inputs[role][i])))
    return [part for part, _ in counts.most_common(5)]


def strange_parts(tokenizer: Tokenizer, text: str) -> list[str]:
    """Return the characters or words of a text that have no token of their own."""
    found = tokenizer.library.encode(text, add_special_tokens=False)
    pairs = zip(found.ids, found.offsets, strict=True)
    return [*dict.fromkeys(text[a:b] for i, (a, b) in pairs if i in tokenizer.strange)]


def judge_short(
    examples: Examples, encoding: Encoding, tokenizers: dict[str, Tokenizer]
) -> Iterator[Finding]:
    """Yield texts of one token, which hardly say anything."""
    for role, texts in examples.inputs.items():
        if role not in encoding.lengths:
            continue
        special = len(tokenizer_of(tokenizers, role).encode([""])[0])
        short = (encoding.lengths[role] <= special + 1).nonzero().flatten().tolist()
        for i in short[:SHOWN]:
            problem = f"the {role} is one token, {as_text(texts[i])!r}"
            yield Finding("note", examples.places[i], problem, "leave it out if it says nothing")
        yield from more(short, f"{role}s of one token")


def judge_characters(examples: Examples) -> Iterator[Finding]:
    """Yield texts with characters that show that something went wrong before."""
    for role, texts in examples.inputs.items():
        plain = [as_text(text) for text in texts]
        for problem, pattern in ODD.items():
            found = [(i, match) for i, text in enumerate(plain) if (match := pattern.search(text))]
            for i, match in found[:SHOWN]:
                near = plain[i][max(0, match.start() - 15) : match.end() + 15]
                html = "HTML" in problem
                severity: Severity = "note" if html else "warning"
                what = f"the {role} holds {problem}: {near!r}"
                yield Finding(severity, examples.places[i], what, PLAIN if html else MEND)
            yield from more(found, f"{role}s with {problem}")


def judge_copies(
    examples: Examples, splits: Sequence[Tensor], place: str, shown: int = SHOWN
) -> Iterator[Finding]:
    """Yield texts that are there more than once: in several splits, or with other targets."""
    where = {i: name for name, ids in zip(NAMES, splits, strict=True) for i in ids.tolist()}
    same = defaultdict[str, list[int]](list)
    for i, name in enumerate(examples.names):
        same[name].append(i)
    across, against, copies = list[Finding](), list[Finding](), 0
    for first, *others in (ids for ids in same.values() if len(ids) > 1):
        some = [f"{examples.places[i]} ({where.get(i, 'unused')})" for i in others[:NAMED]]
        places = ", ".join([*some, *[f"{len(others) - NAMED} more"] * (len(others) > NAMED)])
        problem = f"({where.get(first, 'unused')}) is the same text as {places}"
        if len({where.get(i) for i in (first, *others)} - {None}) > 1:
            remedy = "leave one of them, or metrics are too good"
            across.append(Finding("warning", examples.places[first], problem, remedy))
        if any(not alike(examples, first, i) for i in others):
            problem += ", with another target"
            remedy = "keep the right one"
            against.append(Finding("warning", examples.places[first], problem, remedy))
        copies += len(others)
    for found, kind in ((across, "texts in several splits"), (against, "texts of two targets")):
        yield from found[:shown]
        yield from more(found, kind, shown)
    if copies:
        problem = f"{copies:,} of {len(examples.names):,} texts are copies of others"
        remedy = "" if examples.given else "equal texts are of one split"
        yield Finding("note", place, problem, remedy)


def more(found: Sequence[Any], kind: str, shown: int = SHOWN) -> Iterator[Finding]:
    """Yield how many there are of which some were not named."""
    if len(found) > shown:
        yield Finding("note", kind, f"{len(found):,} in all, {shown} named")


def as_text(text: str | Sequence[str]) -> str:
    """Return a text, or words with blanks between them."""
    return text if isinstance(text, str) else " ".join(text)
