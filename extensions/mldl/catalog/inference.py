"""The one table by which modality and objective are inferred where nobody states them.

The first sign that holds decides. Both are also answers, and optional in a request.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from .choices import LATER_ARCHITECTURES
from .datasets import bundled

Answers = Mapping[str, Any]


class Sign(NamedTuple):
    """A fact about the answers, and what follows from it."""

    fact: str
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


MODALITY = (
    Sign("preprocessing holds tokenize", tokenizes, "text"),
    Sign("the architecture is bert, gpt or t5", is_text_model, "text"),
    Sign("the data end in .txt or .jsonl", lambda a: suffix(a) in (".txt", ".jsonl"), "text"),
    Sign("input_shape has three numbers", lambda a: rank(a) == 3, "image"),
    Sign("input_shape has one number", lambda a: rank(a) == 1, "table"),
    Sign("data_source is table", lambda a: a.get("data_source") == "table", "table"),
    Sign(
        "data_source holds images",
        lambda a: a.get("data_source") in ("image_folder", "image_csv", "torchvision"),
        "image",
    ),
    Sign("the bundled set holds images", set_is("image"), "image"),
    Sign("the bundled set is a table", set_is("table"), "table"),
    Sign(
        "the data end in .csv, .tsv or .parquet",
        lambda a: suffix(a) in (".csv", ".tsv", ".parquet"),
        "table",
    ),
    Sign(
        "the architecture is an image network",
        lambda a: a.get("architecture") not in (None, "", "custom"),
        "image",
    ),
    Sign("a data path is given", lambda a: bool(a.get("dataset_path")), "image"),
    Sign("the task is regression", lambda a: a.get("task") == "regression", "table"),
    Sign("nothing else is known", lambda a: True, "image"),
)

OBJECTIVE = (
    Sign("the task is regression", lambda a: a.get("task") == "regression", "targets"),
    Sign("nothing else is known", lambda a: True, "single_label"),
)


def infer(table: tuple[Sign, ...], answers: Answers) -> Sign:
    """Return the first sign that holds."""
    return next(sign for sign in table if sign.holds(answers))
