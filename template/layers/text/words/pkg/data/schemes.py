"""How labels of words write entities: the schemes that data sets use, and IOB2, used here.

A label is `O`, outside of all entities, or a letter, a dash and the kind of an entity: `B-LOC`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

OUTSIDE = "O"
LABEL = re.compile(r"([BIESLUM])[-_](.+)", re.DOTALL)
BEGIN, INSIDE, END, SINGLE = "begin", "inside", "end", "single"
ROLES = {  # of the letters in each scheme
    "IOB1": {"B": BEGIN, "I": INSIDE},  # B- only between two entities of a kind
    "IOB2": {"B": BEGIN, "I": INSIDE},  # B- begins each entity
    "IOE1": {"I": INSIDE, "E": END},  # E- only between two entities of a kind
    "IOE2": {"I": INSIDE, "E": END},  # E- ends each entity
    "IOBES": {"B": BEGIN, "I": INSIDE, "E": END, "S": SINGLE},
    "BILOU": {"B": BEGIN, "I": INSIDE, "L": END, "U": SINGLE},
    "BMES": {"B": BEGIN, "M": INSIDE, "E": END, "S": SINGLE},
}
PLAIN = "plain"  # labels of words alone, such as parts of speech


class Span(NamedTuple):
    """An entity: its kind, and its words from `start` up to `end`."""

    kind: str
    start: int
    end: int


class Mark(NamedTuple):
    """What a label says in its scheme; an empty role is outside."""

    role: str
    kind: str


NOTHING = Mark("", "")


def find_scheme(sentences: Iterable[Sequence[str]]) -> str:
    """Return the scheme of the labels of sentences: a key of ROLES, or PLAIN.

    Where several fit, as IOB1 and IOB2 do for a few labels, it is the one that most entities obey.
    """
    sentences = [*sentences]
    labels = {label for sentence in sentences for label in sentence} - {OUTSIDE}
    marks = [LABEL.fullmatch(label) for label in labels]
    if not labels or not all(marks):
        return PLAIN
    letters = {mark[1] for mark in marks if mark}
    for name, letter in (("BILOU", "LU"), ("BMES", "M"), ("IOBES", "S")):
        if letters & {*letter}:
            return name
    if "E" in letters:
        return "IOBES" if "B" in letters else find_ends(sentences)
    return find_begins(sentences)


def find_begins(sentences: Sequence[Sequence[str]]) -> str:
    """Say whether labels of B and I are IOB1 or IOB2, by what stands before each of them."""
    free = Counter(b[0] for a, b in neighbours(sentences) if b[0] in "BI" and not goes_on(a, b))
    return "IOB1" if free["I"] > free["B"] else "IOB2"


def find_ends(sentences: Sequence[Sequence[str]]) -> str:
    """Say whether labels of I and E are IOE1 or IOE2, by what stands after each of them."""
    free = Counter(a[0] for a, b in neighbours(sentences) if a[0] in "IE" and not goes_on(a, b))
    return "IOE1" if free["I"] > free["E"] else "IOE2"


def neighbours(sentences: Sequence[Sequence[str]]) -> Iterable[tuple[str, str]]:
    """Yield each two labels that stand beside each other, with O around each sentence."""
    for sentence in sentences:
        yield from pairwise([OUTSIDE, *sentence, OUTSIDE])


def goes_on(first: str, second: str) -> bool:
    """Say whether two labels are of entities of the same kind."""
    return OUTSIDE not in (first, second) and first[2:] == second[2:]


def read_marks(labels: Sequence[str], scheme: str) -> list[Mark]:
    """Return what labels say in their scheme; one that is not of it is outside."""
    roles = ROLES[scheme]
    found = [LABEL.fullmatch(label) for label in labels]
    return [Mark(roles[x[1]], x[2]) if x and x[1] in roles else NOTHING for x in found]


def find_spans(labels: Sequence[str], scheme: str, strict: bool = False) -> list[Span]:
    """Return the entities of a sentence.

    A label that goes on what has not begun begins an entity, or none if `strict`.
    """
    spans = list[Span]()
    going: Mark | None = None  # the entity that may go on
    for word, mark in enumerate(read_marks(labels, scheme)):
        if mark == NOTHING:
            going = None
            continue
        begins = mark.role in (BEGIN, SINGLE)
        stray = not begins and (going is None or going.kind != mark.kind)
        if stray and strict:
            going = None
            continue
        if begins or stray:
            spans.append(Span(mark.kind, word, word + 1))
        else:
            spans[-1] = spans[-1]._replace(end=word + 1)
        going = None if mark.role in (END, SINGLE) else mark
    return spans


def write_iob2(spans: Iterable[Span], length: int) -> list[str]:
    """Return the labels of a sentence of `length` words."""
    labels = [OUTSIDE] * length
    for kind, start, end in spans:
        labels[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return labels


def find_illegal(labels: Sequence[str], scheme: str) -> list[tuple[int, str]]:
    """Return the words whose labels the scheme does not allow where they stand, and why."""
    if scheme == PLAIN:
        return []
    marks = [NOTHING, *read_marks(labels, scheme), NOTHING]
    names = ["the start", *labels, "the end"]
    found = []
    for k, (first, second) in enumerate(pairwise(marks)):
        word = judge(first, second, scheme)
        if word is not None:
            at = min(max(k - 1 + word, 0), len(labels) - 1)
            found.append((at, f"{names[k + 1]} after {names[k]} is no {scheme}"))
    return found


def judge(first: Mark, second: Mark, scheme: str) -> int | None:
    """Return which of two marks beside each other is wrong, 0 or 1; None: they are legal."""
    same = NOTHING not in (first, second) and first.kind == second.kind
    if scheme == "IOB2":
        return 1 if second.role == INSIDE and not same else None
    if scheme == "IOB1":
        return 1 if second.role == BEGIN and not same else None
    if scheme == "IOE2":
        return 0 if first.role == INSIDE and not same else None
    if scheme == "IOE1":
        return 0 if first.role == END and not same else None
    opened, goes = first.role in (BEGIN, INSIDE), second.role in (INSIDE, END)
    if opened and goes and same:
        return None
    if goes:
        return 1
    return 0 if opened else None
