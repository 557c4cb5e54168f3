"""What is found of the targets of texts: classes, labels or numbers."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from .findings import Finding
from .samples import Examples

NO_VALUE = {"", "na", "n/a", "nan", "none", "null", "-", "?"}  # that often mean none
RARE = 0.01  # of the samples that train, below which a class is hardly learnt


def judge_targets(examples: Examples, train: Tensor) -> Iterator[Finding]:
    """Yield classes and labels with one sample or none in training, and those that look alike."""
    everywhere, trained = (count_outputs(examples, ids) for ids in (slice(None), train))
    alike = {name.casefold(): name for name in everywhere}
    for name, count in everywhere.items():
        place = f"class {name!r}"
        if count == 1:
            yield Finding("warning", place, "has one sample", "add samples, or leave it out")
        if count and not trained[name]:
            remedy = "add samples, or split otherwise"
            yield Finding("warning", place, "is nowhere in training", remedy)
        elif count > 1 and trained[name] < RARE * len(train):
            problem = f"has {trained[name]:,} of {len(train):,} samples that train"
            yield Finding("note", place, problem, "task.class_weights makes them weigh more")
        if name.lower() in NO_VALUE:
            remedy = "mend those rows, or leave them out"
            yield Finding("warning", place, "looks like a missing value", remedy)
        if (other := alike[name.casefold()]) != name:
            yield Finding("warning", place, f"differs from {other!r} in case alone", "use one")


def count_outputs(examples: Examples, ids: Any) -> dict[str, int]:
    """Return the number of samples of each class or label; nothing for other numbers."""
    targets, names = examples.targets[ids], examples.output_names
    if not targets.is_floating_point():
        counts = targets.bincount(minlength=len(names))
    #: if objective == "multi_label"
    elif ((examples.targets == 0) | (examples.targets == 1)).all():
        counts = targets.sum(0).long()
    #: endif
    else:
        return {}
    return dict(zip(names, counts.tolist(), strict=True))


def describe_targets_of(examples: Examples) -> dict[str, Any]:
    """Return the facts: how many of each class or label, or the range of each number."""
    if counts := count_outputs(examples, slice(None)):
        return {"samples of": counts}
    facts = {}
    for name, column in zip(examples.output_names, examples.targets.double().T, strict=True):
        numbers = {"least": column.min(), "mean": column.mean(), "most": column.max()}
        facts[f"target {name}"] = {key: float(value) for key, value in numbers.items()}
    return facts


def alike(examples: Examples, one: int, other: int) -> bool:
    """Say whether two samples have the same target."""
    return bool(torch.equal(examples.targets[one], examples.targets[other]))
