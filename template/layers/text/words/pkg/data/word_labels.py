"""The labels of all words of a data set, as the files have them and as a model learns them."""

from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor

from .ragged import Ragged
from .schemes import LABEL, OUTSIDE, PLAIN, find_scheme, find_spans, write_iob2
from .word_places import WordPlaces


class WordLabels(NamedTuple):
    """Labels of N sentences; K outputs."""

    rows: Ragged  # number of the label of each word, from 0 to K - 1: IOB2, or plain labels
    scheme: str  # of the files: a key of ROLES, or PLAIN
    texts: list[list[str]]  # labels as they stand in the files
    places: WordPlaces  # of the words, for messages


def unify(
    sentences: Sequence[Sequence[str]], names: Sequence[str] | None
) -> tuple[str, list[list[str]]]:
    """Return the scheme of the labels of sentences, and their labels as a model learns them.

    Args:
        sentences: Labels of the words of each, as they stand in files.
        names: Outputs of the model, where they are known: labels, or kinds of entities.
    """
    scheme = find_scheme(sentences)
    if scheme == PLAIN and names and is_iob2(names) and {*labels_of(sentences)} <= {OUTSIDE}:
        scheme = "IOB2"  # of sentences without any entity
    if scheme == PLAIN:
        return scheme, [[*labels] for labels in sentences]
    return scheme, [write_iob2(find_spans(each, scheme), len(each)) for each in sentences]


def labels_of(sentences: Sequence[Sequence[str]]) -> list[str]:
    """Return the labels that occur."""
    return [*dict.fromkeys(label for labels in sentences for label in labels)]


def are_numbers(labels: Sequence[str]) -> bool:
    """Say whether labels are whole numbers, which say nothing of what they mean."""
    return bool(labels) and all(label.isascii() and label.isdecimal() for label in labels)


def is_iob2(names: Sequence[str]) -> bool:
    """Say whether outputs of these names write entities."""
    rest = {*names} - {OUTSIDE}
    return OUTSIDE in names and bool(rest) and all(map(LABEL.fullmatch, rest))


def name_outputs(
    scheme: str, sentences: Sequence[Sequence[str]], names: Sequence[str] | None
) -> list[str]:
    """Return the outputs of a model of sentences with these labels, IOB2 or plain.

    Entities have O, and B- and I- of each kind, whether or not all of these occur.

    Args:
        scheme: Of the files.
        sentences: Labels as a model learns them.
        names: Labels or kinds of entities in the order that is wanted; None: sorted.
    """
    if scheme == PLAIN:
        return [*names] if names else sorted(labels_of(sentences))
    if names and is_iob2(names):
        return [*names]
    found = sorted({label[2:] for label in labels_of(sentences)} - {""})
    kinds = [name for name in names if name != OUTSIDE] if names else found
    return [OUTSIDE, *(f"{letter}-{kind}" for kind in kinds for letter in "BI")]


def count_words(labels: WordLabels, ids: Tensor, num_outputs: int) -> list[int]:
    """Return how many words of the sentences of these numbers have each label, [K]."""
    rows = labels.rows.padded(ids)  # [N, W]
    counts: list[int] = rows[rows >= 0].bincount(minlength=num_outputs).tolist()
    return counts
