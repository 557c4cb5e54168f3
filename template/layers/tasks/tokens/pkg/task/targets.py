"""Targets of tokens: a label for each word of a sentence.

N sentences, B of them in a batch of T tokens; K labels.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..batch import Batch
from ..data.ragged import Ragged
from ..data.schemes import LABEL, OUTSIDE, PLAIN
from ..data.word_labels import (
    WordLabels,
    are_numbers,
    count_words,
    labels_of,
    name_outputs,
    unify,
)
from ..data.word_places import WordPlaces
from ..engine.errors import UserError

NONE = -1  # the label of a token that does not begin a word


def encode_targets(
    settings: Any, labels: Sequence[Sequence[str]], places: WordPlaces
) -> tuple[WordLabels, list[str]]:
    """Number the labels of all words, those of entities as IOB2.

    Args:
        settings: `class_names` may be given in them, and are what numbers in the files stand for;
            otherwise labels are sorted.
        labels: Of the words of N sentences, as they stand in the files.
        places: Of the words, for errors.

    Returns:
        The labels, and the names of the outputs.

    Raises:
        UserError: a label is of no scheme though the others are, or not among `class_names`.
    """
    labels = name_numbers(labels, settings.class_names)
    refuse_strange(labels, places)
    scheme, unified = unify(labels, settings.class_names)
    names = name_outputs(scheme, unified, settings.class_names)
    numbers = {name: number for number, name in enumerate(names)}
    for i, sentence in enumerate(unified):
        for word, label in enumerate(sentence):
            if label not in numbers:
                problem = f"{label!r} is not a label of data.class_names {names}"
                raise UserError(f"{places.of(i, word)}: {problem}")
    rows = Ragged.of([[numbers[label] for label in sentence] for sentence in unified])
    return WordLabels(rows, scheme, [[*sentence] for sentence in labels], places), names


def name_numbers(
    labels: Sequence[Sequence[str]], names: Sequence[str] | None
) -> Sequence[Sequence[str]]:
    """Return labels with the name of each, where files have numbers from 0 in their place."""
    kinds = labels_of(labels)
    if not names or not are_numbers(kinds) or are_numbers(names):
        return labels
    named = dict(zip(map(str, range(len(names))), names, strict=True))
    return [[named.get(label, label) for label in sentence] for sentence in labels]


def refuse_strange(labels: Sequence[Sequence[str]], places: WordPlaces) -> None:
    """Make sure that labels are of entities throughout, if most of them are.

    Raises:
        UserError: most, and `O`, are those of entities, but one is not.
    """
    kinds = labels_of(labels)
    rest = {label for label in kinds if not LABEL.fullmatch(label)} - {OUTSIDE}
    if OUTSIDE not in kinds or not rest or 2 * len(rest) >= len(kinds) - 1:
        return
    for i, sentence in enumerate(labels):
        for word, label in enumerate(sentence):
            if label in rest:
                problem = f"{label!r} is neither O nor a label of an entity, such as B-LOC"
                raise UserError(f"{places.of(i, word)}: {problem}, though most others are")


def describe_targets(targets: WordLabels, train: Tensor, names: Sequence[str]) -> dict[str, Any]:
    """Return what the task keeps of the labels: their scheme, and the words of each to learn.

    Args:
        targets: The labels of all sentences.
        train: Numbers of the sentences that train.
        names: Of the K labels.

    Raises:
        UserError: there is only one label.
    """
    counts = count_words(targets, train, len(names))
    if sum(count > 0 for count in counts) < 2:
        found = ", ".join(f"{name} {n}" for name, n in zip(names, counts, strict=True) if n)
        problem = "two labels or more need words in the training split, but there are"
        raise UserError(f"data.dataset_path: {problem}: {found or 'none'}")
    spans = targets.scheme != PLAIN
    known = {"scheme": targets.scheme, "spans": spans}
    return {**known, "num_train": len(train), "class_counts": counts}


def check_batch(batch: Batch, num_outputs: int) -> None:
    """Look at the labels of some sentences, before any training.

    Raises:
        UserError: they are not labels int64 [B, T] from 0, or -1 where no word begins.
    """
    targets, wanted = batch.targets, f"int64 {[*batch.inputs.shape]} from -1 to {num_outputs - 1}"
    fits = targets.dtype == torch.int64 and targets.shape == batch.inputs.shape
    if not fits or (targets.numel() and not NONE <= targets.min() <= targets.max() < num_outputs):
        ends = f"from {targets.min()} to {targets.max()}" if targets.numel() else "of none"
        found = f"{targets.dtype} {[*targets.shape]} {ends}"
        raise UserError(f"data.dataset_path: labels are {found}, not {wanted}")
    if not (targets >= 0).any():
        raise UserError(f"data.dataset_path: no word of {batch.size} sentences has a label")
    if ((targets >= 0) & (batch.inputs < 0)).any():
        raise UserError("data.dataset_path: there are labels beyond the end of a sentence")
