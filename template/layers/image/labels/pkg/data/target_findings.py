"""What is found of the targets of images: classes, labels or numbers."""

from collections.abc import Iterator
from typing import Any

from torch import Tensor

from .findings import Finding
from .formats.image_files import shown
from .samples import Samples


def judge_targets(samples: Samples, train: Tensor) -> Iterator[Finding]:
    """Yield classes and labels with one sample, and those that are nowhere in training."""
    everywhere, trained = (count_outputs(samples, ids) for ids in (slice(None), train))
    for name, count in everywhere.items():
        if count == 1:
            remedy = "add samples, or leave it out"
            yield Finding("warning", f"class {shown(name)}", "has one sample", remedy)
        if count and not trained[name]:
            remedy = "add samples, or split otherwise"
            yield Finding("warning", f"class {shown(name)}", "is nowhere in training", remedy)


def count_outputs(samples: Samples, ids: Any) -> dict[str, int]:
    """Return the number of samples of each class or label; nothing for other numbers."""
    targets, names = samples.targets[ids], samples.output_names
    if targets.ndim == 1 and not targets.is_floating_point():
        counts = targets.clamp(0, len(names) - 1).bincount(minlength=len(names))
    elif targets.ndim == 2 and ((samples.targets == 0) | (samples.targets == 1)).all():
        counts = targets.sum(0).long()
    else:
        return {}
    return dict(zip(names, counts.tolist(), strict=True))


def describe_targets_of(samples: Samples) -> dict[str, Any]:
    """Return the facts: how many of each class or label, or the range of each number."""
    if counts := count_outputs(samples, slice(None)):
        return {"samples of": {shown(name): count for name, count in counts.items()}}
    facts = {}
    for name, column in zip(samples.output_names, samples.targets.double().T, strict=True):
        numbers = {"least": column.min(), "mean": column.mean(), "most": column.max()}
        facts[f"target {name}"] = {key: float(value) for key, value in numbers.items()}
    return facts


def alike(one: Tensor, other: Tensor) -> bool:
    """Say whether two samples have the same target."""
    return one.equal(other)
