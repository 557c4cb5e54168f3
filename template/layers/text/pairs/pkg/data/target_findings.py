"""What is odd about pairs of texts: sources that are their target, or have several; lengths."""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from torch import Tensor

from .findings import Finding
from .samples import Examples

SHOWN = 3  # pairs that a finding is followed by
EQUAL = 0.05  # of the pairs: as many may well be equal in source and target, as names are
ODD = 3.0  # times the usual ratio of the lengths of target and source, above or below
LEAST = 10  # characters of both texts, of which shorter ones may have any ratio
MANY = 0.01  # of the pairs: from as many on, odd ratios are a finding
SHORT = 40  # characters of a text that is shown


def judge_targets(examples: Examples, train: Tensor) -> Iterator[Finding]:
    """Yield what makes pairs hard to learn, or metrics too good.

    Args:
        examples: The pairs.
        train: Numbers of those that train.
    """
    yield from judge_equal(examples)
    yield from judge_repeated(examples)
    yield from judge_several(examples)
    yield from judge_lengths(examples)


def judge_equal(examples: Examples) -> Iterator[Finding]:
    """Yield pairs whose target is the source, where there are many."""
    equal = [i for i, (a, b) in enumerate(pairs_of(examples)) if a.split() == b.split()]
    if len(equal) > EQUAL * len(examples.names):
        part = f"{len(equal) / len(examples.names):.0%} of the pairs"
        problem = f"{len(equal):,} targets are their source, {part}: a model learns to copy"
        yield Finding("warning", "pairs", problem, "leave them out, unless that is wanted")
        yield from show(examples, equal, "the target is the source")


def judge_repeated(examples: Examples) -> Iterator[Finding]:
    """Yield pairs that come several times."""
    counts = Counter(pairs_of(examples))
    if repeated := sum(count - 1 for count in counts.values()):
        problem = f"{repeated:,} pairs come again, and count as often in training and metrics"
        yield Finding("note", "pairs", problem)


def judge_several(examples: Examples) -> Iterator[Finding]:
    """Yield sources that have several targets."""
    several = {text: found for text, found in targets_of(examples).items() if len(found) > 1}
    if several:
        most, found = max(several.items(), key=lambda item: len(item[1]))
        example = f"{shorten(most)} has {len(found)}, as {', '.join(map(shorten, found[:2]))}"
        problem = f"{len(several):,} sources have several targets: {example}"
        remedy = "all of them train, and each counts as right in metrics"
        yield Finding("note", "pairs", problem, remedy)


def judge_lengths(examples: Examples) -> Iterator[Finding]:
    """Yield pairs whose target is far longer or shorter than usual for the source."""
    ratios = [len(b) / len(a) for a, b in pairs_of(examples)]
    usual = median(ratios)
    odd = [
        i
        for i, (ratio, (a, b)) in enumerate(zip(ratios, pairs_of(examples), strict=True))
        if not usual / ODD <= ratio <= usual * ODD and max(len(a), len(b)) >= LEAST
    ]
    if len(odd) > MANY * len(ratios):
        factor = f"{ODD:.0f} times longer or shorter for their source than is usual"
        problem = f"{len(odd):,} targets are {factor} ({usual:.2g} characters for each)"
        yield Finding("warning", "pairs", problem, "look whether lines have slipped")
        yield from show(examples, odd, "an odd length")


def show(examples: Examples, numbers: Sequence[int], problem: str) -> Iterator[Finding]:
    """Yield the first of some pairs, by their place."""
    texts = [*pairs_of(examples)]
    for i in numbers[:SHOWN]:
        both = " → ".join(map(shorten, texts[i]))
        yield Finding("note", examples.places[i], f"{problem}: {both}")


def shorten(text: str) -> str:
    """Return the beginning of a text, in quotes."""
    return repr(text if len(text) <= SHORT else f"{text[: SHORT - 1]}…")


def pairs_of(examples: Examples) -> Iterator[tuple[str, str]]:
    """Yield source and target of each pair."""
    return zip(examples.inputs["source"], examples.inputs["target"], strict=True)


def targets_of(examples: Examples) -> dict[str, list[str]]:
    """Return the targets of each source, each once and in the order of the rows."""
    found: dict[str, dict[str, None]] = {}
    for source, target in pairs_of(examples):
        found.setdefault(source, {})[target] = None
    return {source: [*targets] for source, targets in found.items()}


def describe_targets_of(examples: Examples) -> dict[str, Any]:
    """Return the facts: how long texts are, in characters, and how many sources there are."""
    facts: dict[str, Any] = {"sources": len({*examples.inputs["source"]})}
    facts["sources with several targets"] = sum(len(x) > 1 for x in targets_of(examples).values())
    for role, texts in examples.inputs.items():
        lengths = sorted(map(len, texts))
        numbers = {"least": lengths[0], "median": median(lengths), "most": lengths[-1]}
        facts[f"characters of a {role}"] = {key: float(value) for key, value in numbers.items()}
    return facts


def alike(examples: Examples, one: int, other: int) -> bool:
    """Say whether two pairs with the same source agree: they do, since both targets are right."""
    return True
