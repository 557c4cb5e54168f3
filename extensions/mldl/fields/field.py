"""What a field is: the rule, the place and the spelling of one answer."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import yaml

from ..catalog.sources import SOURCES
from ..catalog.tasks import OBJECTIVES, form_of
from ..reading import (
    blank_or_number,
    blank_or_whole,
    composed,
    count_or_shape,
    fractions,
    names,
    shape,
    slashes,
    truth,
    whole,
)
from ..rules import Rule

Answers = Mapping[str, Any]

# How `--data` and a typed answer spell each kind of value, and the type of Copier's question.
# Copier's own types of numbers refuse with no more than "Invalid input": the rules say more.
KINDS: dict[str, tuple[Callable[[str], Any], str]] = {
    "text": (str, "str"),
    "metric": (str, "str"),  # blank or none: no goal
    "path": (slashes, "str"),  # to read from
    "folder": (composed, "str"),  # to write to
    "bool": (truth, "bool"),
    "int": (whole, "str"),
    "float": (float, "str"),
    "count": (blank_or_whole, "yaml"),  # blank: not known
    "number": (blank_or_number, "yaml"),
    "limit": (blank_or_number, "yaml"),  # blank or 0: none
    "shape": (shape, "yaml"),
    "count_or_shape": (count_or_shape, "yaml"),
    "numbers": (fractions, "yaml"),
    "names": (names, "yaml"),
    "list": (yaml.safe_load, "yaml"),  # of choices
}
LISTS = ("shape", "numbers", "names")  # where a blank is an empty one


def measured(item: Any) -> Any:
    """Read an item of a list of numbers."""
    try:
        return float(item) if type(item) in (int, str) else item
    except ValueError:
        return item


class Field(NamedTuple):
    """One answer."""

    question: str | Callable[[Answers], str]  # in words; some depend on the answers before
    rule: Rule
    pointer: str = ""  # in a request; empty if a request cannot hold it
    kind: str = "text"  # a key of KINDS
    applies: Callable[[Answers], bool] = lambda answers: True
    idle: str = ""  # why it has no effect where it does not apply, if that is not plain

    @property
    def type(self) -> str:
        """Copier's type of the question."""
        return KINDS[self.kind][1]

    def cast(self, value: Any) -> Any:
        """Read what `--data` gave as Copier does for the question's type.

        Where a number is measured 1 becomes 1.0, so that it is one value however it is
        spelt. What cannot be read stays as it is, for the rule to refuse.
        """
        if isinstance(value, str):
            try:
                value = KINDS[self.kind][0](value)
            except (ValueError, RecursionError, yaml.YAMLError):
                return value
        return self.settle(value)

    def settle(self, value: Any) -> Any:
        """Return the one form of a value that is no text to be read, as a request has it."""
        if isinstance(value, str):
            spelt = {"path": slashes, "folder": composed}.get(self.kind, str)(value)
            return "" if (self.kind, spelt.lower()) == ("metric", "none") else spelt
        if self.kind in ("text", "path", "folder") and type(value) in (int, float):
            return str(value)
        if self.kind in ("float", "number", "limit") and type(value) is int:
            value = float(value)
        if self.kind == "limit" and type(value) is float and value == 0:
            return None
        if self.kind in LISTS and value is None:
            return []
        if self.kind == "shape" and type(value) is int:
            return [value]
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


def of_own(name: str) -> Callable[[Answers], bool]:
    """Return whether the row takes the setting `name`, and no published model has its own."""

    def applies(answers: Answers) -> bool:
        row = answers.get("row")
        return setting(name)(answers) and not (row and row.own and answers.get("backbone"))

    return applies


def of_task(name: str) -> Callable[[Answers], bool]:
    """Return whether the objective takes the setting `name`."""

    def applies(answers: Answers) -> bool:
        objective = OBJECTIVES.get(answers.get("objective") or "")
        return objective is not None and name in objective.settings

    return applies


def dialled(answers: Answers) -> bool:
    """Say whether the size picks anything: a backbone, a depth or a width."""
    row, size = answers.get("row"), answers.get("size")
    if row is None or size not in row.sizes:
        return True
    found = row.sized(size, answers["pretrained_source"])
    if found and answers["backbone"]:
        return bool(answers["backbone"] == found.name)
    picks = row.sizes[size].items()
    return any(answers[key] == value for key, value in picks if key != "backbone")


def transfers(answers: Answers) -> bool:
    """Say whether pretrained weights are used."""
    return bool(answers.get("pretrained")) and setting("pretrained")(answers)


def adapts(answers: Answers) -> bool:
    """Say whether pretrained weights can be left as they are, and updates of them trained."""
    return transfers(answers) and setting("lora")(answers)


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
    return of_own("num_layers")(answers) or answers.get("backbone") == named


def reads_columns(answers: Answers) -> bool:
    """Say whether the target is a column that has a name."""
    source = SOURCES.get(answers.get("data_source") or "")
    form = form_of(answers.get("modality"), answers.get("objective"))
    return source is None or form in source.columns


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
