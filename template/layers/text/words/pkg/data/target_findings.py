"""What is found of the labels of words."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from .findings import Finding
from .samples import Examples
from .schemes import OUTSIDE, PLAIN, find_illegal, find_spans
from .word_labels import are_numbers, count_words

SHOWN = 20  # words of one kind that the doctor names


def judge_targets(examples: Examples, train: Tensor) -> Iterator[Finding]:
    """Yield labels that stand where they cannot, and those that cannot be learnt."""
    yield from judge_transitions(examples)
    if are_numbers(examples.output_names):
        problem = "they are numbers: nothing tells whether they are those of entities"
        remedy = "name them in data.class_names, in order"
        yield Finding("warning", "labels", problem, remedy)
    everywhere, trained = (
        count_kinds(examples, ids) for ids in (range(len(examples.names)), train.tolist())
    )
    kind = "label" if examples.targets.scheme == PLAIN else "entity"
    alike = {name.casefold(): name for name in everywhere}
    for name, count in everywhere.items():
        place = f"{kind} {name!r}"
        if not trained[name]:
            remedy = "add sentences, or split otherwise"
            yield Finding("warning", place, "is nowhere in training", remedy)
        if count == 1:
            yield Finding("warning", place, "stands in the data once", "add sentences with it")
        if (other := alike[name.casefold()]) != name:
            yield Finding("warning", place, f"differs from {other!r} in case alone", "use one")
    empty = sum({*labels} == {OUTSIDE} for labels in examples.targets.texts)
    if kind == "entity" and empty == len(examples.names):
        yield Finding("error", "labels", "no sentence has an entity", "there is nothing to learn")


def judge_transitions(examples: Examples) -> Iterator[Finding]:
    """Yield words whose label the scheme does not allow after the one before, or before the next.

    Such a label of an entity begins one.
    """
    targets, count = examples.targets, 0
    for i, labels in enumerate(targets.texts):
        for word, problem in find_illegal(labels, targets.scheme):
            count += 1
            if count <= SHOWN:
                remedy = "mend the label; as it is, an entity begins where none goes on"
                yield Finding("warning", targets.places.of(i, word), problem, remedy)
    if count > SHOWN:
        problem = f"{count:,} in all, of which {SHOWN} are named"
        yield Finding("note", f"labels that are no {targets.scheme}", problem)


def count_kinds(examples: Examples, ids: Any) -> Counter[str]:
    """Return how many entities of each kind there are, or words of each label, in sentences."""
    targets, counts = examples.targets, Counter[str]()
    for i in ids:
        if targets.scheme == PLAIN:
            counts.update(targets.texts[i])
        else:
            counts.update(span.kind for span in find_spans(targets.texts[i], targets.scheme))
    return counts


def describe_targets_of(examples: Examples) -> dict[str, Any]:
    """Return the facts: the scheme, and how many there are of each label and kind of entity."""
    targets, names = examples.targets, examples.output_names
    everyone = torch.arange(len(examples.names))
    words = dict(zip(names, count_words(targets, everyone, len(names)), strict=True))
    facts: dict[str, Any] = {"scheme of the labels": targets.scheme, "words of": words}
    if targets.scheme != PLAIN:
        facts["entities of"] = dict(count_kinds(examples, everyone.tolist()).most_common())
    return facts


def alike(examples: Examples, one: int, other: int) -> bool:
    """Say whether two sentences have the same labels."""
    return bool(examples.targets.texts[one] == examples.targets.texts[other])
