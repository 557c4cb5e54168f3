"""The advisor's working parts: a value with its reason, and the rules that find it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..catalog import Row
from ..catalog.datasets import chosen

Facts = Mapping[str, Any]  # answers that are given or already advised, and `row`


class Advice(NamedTuple):
    """A value for an answer, and why."""

    value: Any
    reason: str


AdviceRule = Callable[[Facts], Advice]
RULES: dict[str, AdviceRule] = {}


def advises(key: str) -> Callable[[AdviceRule], AdviceRule]:
    """Register a rule for the answer `key`; it may use the answers before it."""

    def register(rule: AdviceRule) -> AdviceRule:
        RULES[key] = rule
        return rule

    return register


def always(key: str, value: Any, reason: str) -> None:
    """Register one value for the answer `key`, whatever the other answers are."""
    RULES[key] = lambda facts: Advice(value, reason)


def defaults(facts: Facts) -> dict[str, Any]:
    """Return the defaults of the catalogue's row: for small images, for weights, for its data."""
    row: Row | None = facts["row"]
    if row is None:
        return {}
    if facts.get("pretrained"):
        return {**row.defaults, **row.tuning}
    small = row.small_defaults if is_small(facts) else {}
    if known := chosen(facts):
        own = known.defaults_of.get(row.architecture, {})
        return {**row.defaults, **small, **known.defaults, **own}
    return {**row.defaults, **small}


def is_small(facts: Facts) -> bool:
    """Say whether inputs are images of at most 64 pixels a side."""
    shape = facts["input_shape"]
    return len(shape) == 3 and max(shape[1:]) <= 64
