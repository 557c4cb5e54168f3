"""The one table by which modality and objective are inferred where nobody states them.

The first sign that holds decides. Both are also answers, and optional in a request.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from . import ROWS
from .datasets import bundled
from .row import Row
from .sources import SOURCES
from .tasks import OBJECTIVES, TASKS

Answers = Mapping[str, Any]
TABLES = (".csv", ".tsv", ".parquet", ".pq")
WORDS = (".conll", ".conllu", ".conll2003", ".bio", ".iob", ".iob2", ".bilou", ".iobes")
TEXTS = (".txt", ".jsonl", ".ndjson", *WORDS)
TEXT_FILES = (*TABLES, ".json", *TEXTS)  # that readers of text read
VOCABULARY = 1000  # from this many outputs on, they are tokens and no classes
NETWORKS = {row.architecture for row in ROWS if row.any_published}


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
    return answers.get("architecture") in NETWORKS


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


def nlp(holds: Callable[[Answers], bool]) -> Callable[[Answers], bool]:
    """Return whether the task is nlp, and something holds besides."""
    return lambda answers: answers.get("task") == "nlp" and holds(answers)


def source_is(name: str) -> Callable[[Answers], bool]:
    """Return whether the data come from this source."""
    return lambda answers: answers.get("data_source") == name


def set_for(objective: str) -> Callable[[Answers], bool]:
    """Return whether the answers name a bundled set of texts with targets for an objective."""

    def holds(answers: Answers) -> bool:
        found = bundled(answers.get("dataset_name"))
        usual = found and (found.objective or TASKS[found.task].objectives[0].name)
        return bool(found and found.modality == "text" and usual == objective)

    return holds


def measured_by(objective: str) -> Callable[[Answers], bool]:
    """Return whether the goal is stated in a metric that this objective of nlp alone has."""
    others = {
        name for each in TASKS["nlp"].objectives if each.name != objective for name in each.metrics
    }
    own = {*OBJECTIVES[objective].metrics} - others
    return lambda answers: answers.get("target_metric") in own


def outputs(answers: Answers) -> int:
    """Return how many outputs are asked for; 0 where nobody said."""
    shape = answers.get("output_shape")
    shape = shape[0] if isinstance(shape, list) and shape else shape
    return shape if isinstance(shape, int) else 0


def has_tags(answers: Answers) -> bool:
    """Say whether class names are tags of words, such as B-PER."""
    names = answers.get("class_names") or []
    return any(str(name)[:2] in ("B-", "I-", "U-", "S-", "L-", "E-") for name in names)


def has_classes(answers: Answers) -> bool:
    """Say whether outputs are classes, or the data a table as of texts with labels."""
    named = any(answers.get(key) for key in ("dataset_path", "dataset_name"))
    return named and (1 < outputs(answers) < VOCABULARY or ends_in(*TABLES)(answers))


def has_vocabulary(answers: Answers) -> bool:
    """Say whether outputs are as many as tokens of a vocabulary."""
    return outputs(answers) >= VOCABULARY


def is_running_text(answers: Answers) -> bool:
    """Say whether the data are a text, and nothing says that they are words with tags."""
    return ends_in(".txt")(answers) and answers.get("architecture") not in ("bert", "custom")


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
    Sign("data_source has texts", "data_source", source_has("text"), "text"),
    Sign("the data end in .txt, .jsonl or .conll", "dataset_path", ends_in(*TEXTS), "text"),
    Sign("input_shape has three numbers", "input_shape", lambda a: rank(a) == 3, "image"),
    Sign("input_shape has one number", "input_shape", lambda a: rank(a) == 1, "table"),
    Sign("data_source is table", "data_source", source_has("table"), "table"),
    Sign("data_source has images", "data_source", source_has("image"), "image"),
    Sign("the bundled set has images", "dataset_name", set_is("image"), "image"),
    Sign("the bundled set is a table", "dataset_name", set_is("table"), "table"),
    Sign("the bundled set has texts", "dataset_name", set_is("text"), "text"),
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
        Sign(f"the data_source is {source}", "data_source", nlp(source_is(source)), objective)
        for source, objective in (
            *(("conll", "token"), ("parallel", "seq2seq"), ("text_files", "language_model")),
            ("text_folder", "single_label"),
        )
    ),
    *(
        Sign(f"the bundled set is for {name}", "dataset_name", nlp(set_for(name)), name)
        for name in ("token", "language_model", "seq2seq", "single_label")
    ),
    *(
        Sign(f"the goal is one of {name}", "target_metric", nlp(measured_by(name)), name)
        for name in ("language_model", "seq2seq")
    ),
    Sign("the data end as words with tags do", "dataset_path", nlp(ends_in(*WORDS)), "token"),
    Sign("the classes are tags of words", "class_names", nlp(has_tags), "token"),
    Sign("the data end in .txt", "dataset_path", nlp(is_running_text), "language_model"),
    Sign("the outputs are a vocabulary", "output_shape", nlp(has_vocabulary), "seq2seq"),
    Sign("texts come with labels", "output_shape", nlp(has_classes), "single_label"),
    *(
        Sign(f"the task is {name}", "task", task_is(name), task.objectives[0].name)
        for name, task in TASKS.items()
    ),
    Sign("nothing else is known", "task", otherwise, "single_label"),
)


def infer(table: tuple[Sign, ...], answers: Answers) -> Sign:
    """Return the first sign that holds."""
    return next(sign for sign in table if sign.holds(answers))
