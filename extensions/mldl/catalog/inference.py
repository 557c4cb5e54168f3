"""The one table by which modality and objective are inferred where nobody states them.

The first sign that holds decides. Both are also answers, and optional in a request.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from . import ROWS
from .choices import LATER_ARCHITECTURES
from .datasets import bundled
from .row import Row
from .sources import SOURCES
from .tasks import TASKS

Answers = Mapping[str, Any]
TABLES = (".csv", ".tsv", ".parquet", ".pq")


class Sign(NamedTuple):
    """A fact about the answers, and what follows from it."""

    fact: str
    key: str  # the answer that the fact is about
    holds: Callable[[Answers], bool]
    follows: str


def suffix(answers: Answers) -> str:
    """Return the lower-case suffix of the data's path, without its compression."""
    path = str(answers.get("dataset_path") or "").split("?")[0].lower()
    return PurePosixPath(path.removesuffix(".gz")).suffix


def rank(answers: Answers) -> int:
    """Return how many dimensions an input has; 0 where nobody said."""
    return len(answers.get("input_shape") or [])


def set_is(modality: str) -> Callable[[Answers], bool]:
    """Return whether the answers name a bundled set of this modality."""

    def holds(answers: Answers) -> bool:
        found = bundled(answers.get("dataset_name"))
        return found is not None and found.modality == modality

    return holds


def is_text_model(answers: Answers) -> bool:
    """Say whether the architecture reads text."""
    return LATER_ARCHITECTURES.get(str(answers.get("architecture"))) == "text"


def tokenizes(answers: Answers) -> bool:
    """Say whether the preprocessing makes tokens."""
    return "tokenize" in (answers.get("preprocessing") or [])


def ends_in(*suffixes: str) -> Callable[[Answers], bool]:
    """Return whether the data's path has one of these suffixes."""
    return lambda answers: suffix(answers) in suffixes


def source_has(modality: str) -> Callable[[Answers], bool]:
    """Return whether the data come from a source of this modality alone."""
    names = [name for name, source in SOURCES.items() if source.modality == modality]
    return lambda answers: answers.get("data_source") in names


def is_image_model(answers: Answers) -> bool:
    """Say whether a published image network is asked for."""
    return answers.get("architecture") not in (None, "", "custom")


def has_path(answers: Answers) -> bool:
    """Say whether a path of data is given."""
    return bool(answers.get("dataset_path"))


def task_is(task: str) -> Callable[[Answers], bool]:
    """Return whether this is the task."""
    return lambda answers: answers.get("task") == task


def cell_is(row: Row) -> Callable[[Answers], bool]:
    """Return whether the answers name the task and the architecture of this row."""
    cell = (row.task, row.architecture)
    return lambda answers: (answers.get("task"), answers.get("architecture")) == cell


def otherwise(answers: Answers) -> bool:
    """Hold always."""
    return True


MODALITY = (
    *(
        Sign(f"the task is {name}", "task", task_is(name), task.modality)
        for name, task in TASKS.items()
        if task.alone
    ),
    Sign("preprocessing holds tokenize", "preprocessing", tokenizes, "text"),
    Sign("the architecture is bert, gpt or t5", "architecture", is_text_model, "text"),
    Sign("the data end in .txt or .jsonl", "dataset_path", ends_in(".txt", ".jsonl"), "text"),
    Sign("input_shape has three numbers", "input_shape", lambda a: rank(a) == 3, "image"),
    Sign("input_shape has one number", "input_shape", lambda a: rank(a) == 1, "table"),
    Sign("data_source is table", "data_source", source_has("table"), "table"),
    Sign("data_source has images", "data_source", source_has("image"), "image"),
    Sign("the bundled set has images", "dataset_name", set_is("image"), "image"),
    Sign("the bundled set is a table", "dataset_name", set_is("table"), "table"),
    Sign("the data end in .csv, .tsv, .parquet or .pq", "dataset_path", ends_in(*TABLES), "table"),
    Sign("the architecture is an image network", "architecture", is_image_model, "image"),
    Sign("a path of data is given", "dataset_path", has_path, "image"),
    *(
        Sign(f"the task is {name}", "task", task_is(name), task.modality)
        for name, task in TASKS.items()
        if task.modality
    ),
    Sign("nothing else is known", "task", otherwise, "image"),
)

OBJECTIVE = (
    *(
        Sign(f"the architecture is {row.architecture}", "architecture", cell_is(row), each)
        for row in ROWS
        for each in row.objectives[:1]
        if each != TASKS[row.task].objectives[0].name
    ),
    *(
        Sign(f"the task is {name}", "task", task_is(name), task.objectives[0].name)
        for name, task in TASKS.items()
    ),
    Sign("nothing else is known", "task", otherwise, "single_label"),
)


def infer(table: tuple[Sign, ...], answers: Answers) -> Sign:
    """Return the first sign that holds."""
    return next(sign for sign in table if sign.holds(answers))
