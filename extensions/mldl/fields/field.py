"""What a field is: the rule, the place and the spelling of one answer."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import yaml

from ..catalog.sources import SOURCES
from ..catalog.tasks import OBJECTIVES
from ..rules import Rule, composed

Answers = Mapping[str, Any]

YES = ("true", "yes", "y", "on", "1", "t")
NO = ("false", "no", "n", "off", "0", "f")


def truth(word: str) -> bool:
    """Read yes or no."""
    truths = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    if word.strip().lower() not in truths:
        raise ValueError(word)
    return truths[word.strip().lower()]


def blank_or_number(word: str) -> float | None:
    """Read a number; a blank is none. `1e-4` is one too, which YAML takes for text."""
    return None if word.strip().lower() in ("", "null", "~", "none") else float(word)


def measured(item: Any) -> Any:
    """Read an item of a list of numbers."""
    try:
        return float(item) if type(item) in (int, str) else item
    except ValueError:
        return item


# The types of Copier's questions.
TYPES = {"text": "str", "folder": "str", "number": "yaml", "numbers": "yaml"}

# How `--data` spells each kind of value. A `number` may be blank, `numbers` are a list.
READERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "folder": composed,
    "bool": truth,
    "int": int,
    "float": float,
    "number": blank_or_number,
    "numbers": yaml.safe_load,
    "yaml": yaml.safe_load,
}


class Field(NamedTuple):
    """One answer."""

    question: str | Callable[[Answers], str]  # in words; some depend on the answers before
    rule: Rule
    pointer: str = ""  # in a request; empty if a request cannot hold it
    kind: str = "text"  # a key of READERS
    applies: Callable[[Answers], bool] = lambda answers: True
    idle: str = ""  # why it has no effect where it does not apply, if that is not plain

    @property
    def type(self) -> str:
        """Copier's type of the question."""
        return TYPES.get(self.kind, self.kind)

    def cast(self, value: Any) -> Any:
        """Read what `--data` gave as Copier does for the question's type.

        Where a number is measured 1 becomes 1.0, so that it is one value however it is
        spelt. What cannot be read stays as it is, for the rule to refuse.
        """
        if isinstance(value, str):
            try:
                value = READERS[self.kind](value)
            except (ValueError, RecursionError, yaml.YAMLError):
                return value
        if self.kind in ("text", "folder") and type(value) in (int, float):
            return str(value)
        if self.kind in ("float", "number") and type(value) is int:
            return float(value)
        if self.kind == "numbers" and isinstance(value, list):
            return [measured(item) for item in value]
        return value


def when(key: str, *values: object) -> Callable[[Answers], bool]:
    """Return whether the answer `key` is one of `values`."""
    return lambda answers: answers.get(key) in values


def setting(name: str) -> Callable[[Answers], bool]:
    """Return whether the row takes the model setting `name`."""

    def applies(answers: Answers) -> bool:
        row = answers.get("row")
        return row is None or name in row.settings

    return applies


def of_task(name: str) -> Callable[[Answers], bool]:
    """Return whether the objective takes the setting `name`."""

    def applies(answers: Answers) -> bool:
        objective = OBJECTIVES.get(answers.get("objective") or "")
        return objective is not None and name in objective.settings

    return applies


def transfers(answers: Answers) -> bool:
    """Say whether pretrained weights are used."""
    return bool(answers.get("pretrained")) and setting("pretrained")(answers)


def has_metric(answers: Answers) -> bool:
    """Say whether a goal is stated in a metric."""
    return bool(answers.get("target_metric"))


def has_goal(answers: Answers) -> bool:
    """Say whether a metric is to reach a value."""
    return has_metric(answers) and answers.get("target_value") is not None


def guides(answers: Answers) -> bool:
    """Say whether the metric of the goal is used: reached for, or watched."""
    metric = answers.get("target_metric")
    return not metric or has_goal(answers) or answers.get("monitor") in (None, f"val_{metric}")


def has_depth(answers: Answers) -> bool:
    """Say whether a number of layers is used: by the row, or as a backbone's name."""
    named = f"{answers.get('architecture')}{answers.get('num_layers')}"
    return setting("num_layers")(answers) or answers.get("backbone") == named


def reads_columns(answers: Answers) -> bool:
    """Say whether the target is a column that has a name."""
    source = SOURCES.get(answers.get("data_source") or "")
    return source is None or answers.get("modality") in source.columns


def has_name(answers: Answers) -> bool:
    """Say whether the data are known by a name."""
    source = SOURCES.get(answers.get("data_source") or "")
    return source is not None and (source.by_name or source.name == "bundled")


def split_names(text: str) -> list[str]:
    """Return the names in a list with commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def never(answers: Answers) -> bool:
    """Hold nowhere: for what is not offered yet."""
    return False
