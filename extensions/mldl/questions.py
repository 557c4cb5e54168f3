"""What the questionnaire asks Python: defaults, choices, refusals, and what to ask at all.

The YAML in questions/ is written from the table of answers; what depends on earlier answers
is worked out here, from the catalogue.
"""

import json
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from .advice import complete
from .answers import keys, problem_with, same
from .catalog.sources import SOURCES
from .catalog.tasks import TASKS
from .contradictions import check
from .emit import unrendered, yaml_value
from .fields import FIELDS, FROZEN, GROUP_OF, GROUPS, cast
from .options import CHOICES
from .problems import Problem
from .reading import YES
from .stored import left

Answers = Mapping[str, Any]

QUICK = (
    *("setup", "project_name", "task", "modality", "data_source"),
    *("dataset_name", "dataset_path", "architecture"),
)
AS_IT_IS = "as it is"
LINE = 79  # columns of a line that is not cut
COPIER = "Validation error for question '': "  # stands before what is said, with the key in it
# Answers that other answers decide, that nothing built so far depends on, or that nobody has
# a wish about: `--data` gives them.
NEVER = ("task_type", "data_loader", "split_seed")
# What is known of a bundled set, or counted in it, so that nobody needs to say it.
KNOWN = (
    *("dataset_path", "target_column", "output_shape", "class_names", "num_samples"),
    *("normalization_mean", "normalization_std"),
)
# What has an effect only with another answer.
NEEDS: dict[str, Callable[[Answers], bool]] = {
    "memory_gb": lambda answers: bool(answers["gpus"]),
    "cpu_cores": lambda answers: not answers["gpus"] and bool(answers["max_inference_time_ms"]),
    "pretrained_source": lambda answers: bool(answers["pretrained"]),  # else of the library alone
    "weights_path": lambda answers: answers["pretrained_source"] == "custom",
    "normalization_std": lambda answers: bool(answers["normalization_mean"]),
    "backbone": lambda answers: bool(answers["pretrained"]) or answers["modality"] != "text",
}


class Dialogue:
    """The questions as they stand with the answers so far."""

    def __init__(
        self,
        answers: Answers,
        stored: Answers,
        given: Answers,
        typed: Answers = MappingProxyType({}),
        groups: Collection[str] = (),
        *,
        asking: bool,
        trusted: bool,
    ) -> None:
        self.answers = answers
        self.stored = stored
        self.given = given  # by `--data` or a request: accepted before the first question
        self.typed = typed  # as Copier has them, in any spelling
        self.groups = groups  # of questions that are wanted
        self.asking = asking
        self.trusted = trusted
        self.others: dict[str, dict[str, Any]] = {}  # see `without`

    @cached_property
    def complete(self) -> dict[str, Any]:
        """All answers: advised where nobody gave one."""
        return complete(self.answers)

    def without(self, key: str) -> dict[str, Any]:
        """Return all answers as they would be if nobody gave this one."""
        if key not in self.answers:
            return self.complete
        if key not in self.others:
            rest = {each: self.answers[each] for each in self.answers if each != key}
            self.others[key] = complete(rest)
        return self.others[key]

    def __getitem__(self, key: str) -> Any:
        """Return the advised answer, for a default in the questions."""
        return self.complete[key]

    def question(self, key: str) -> str:
        """Return the words of a question that depend on the answers so far."""
        question = FIELDS[key].question
        return question if isinstance(question, str) else question(self.complete)

    def asked(self, key: str) -> bool:
        """Say whether a person should be asked."""
        if self.complete["setup"] == "quick":
            return (key in QUICK or self.decides(key)) and self.matters(key)
        return (key not in GROUP_OF or GROUP_OF[key] in self.groups) and self.matters(key)

    def decides(self, key: str) -> bool:
        """Say whether this is the objective of a task whose objectives learn from other data."""
        task = TASKS.get(self.complete["task"])
        return (
            key == "objective"
            and len({each.targets for each in task.objectives} if task else ()) > 1
        )

    def opens(self, name: str) -> bool:
        """Say whether a person should be asked about a whole group of questions."""
        if self.complete["setup"] == "quick":
            return False
        return any(self.matters(key) for key in GROUPS[name].fields)

    def matters(self, key: str) -> bool:
        """Say whether an answer to this question can change anything."""
        if not self.asking or key in NEVER or (key in FROZEN and key in self.stored):
            return False
        if key in CHOICES and len(self.options(key)) < 2:
            return False
        if key in KNOWN and self.complete["data_source"] == "bundled":
            return False
        if key in NEEDS and not NEEDS[key](self.complete):
            return False
        return FIELDS[key].applies(self.complete)

    def options(self, key: str) -> dict[str, str]:
        """Return the values to choose from, each with the reason for it.

        Copier validates what is typed or ticked, not what is chosen from a list: what cannot
        work with earlier answers is left out.
        """
        found = CHOICES[key](self.complete)
        if self.asking and FIELDS[key].kind != "list":
            found = {value: found[value] for value in found if not self.problem(key, value)}
        known = (self.complete[key], self.answers.get(key), self.typed.get(key))
        for mine in (*known, self.stored.get(key)):
            if isinstance(mine, list):  # Copier brings a default into the order of the choices
                texts = [each for each in mine if isinstance(each, str)]
                found = {each: found.get(each, AS_IT_IS) for each in texts} | found
            elif isinstance(mine, str) and mine and mine not in found:
                found = {**found, mine: AS_IT_IS}  # deprecated, or not yet settled
        if found and self.complete[key] == "":
            found = {"": "", **found}  # nothing is an answer, too
        return found

    def choices(self, key: str) -> str:
        """Return the values and their labels as Copier reads them."""
        pairs = []
        for value, reason in self.options(key).items():
            label = value or "none"
            label = f"{label}: {reason}" if reason else label
            pairs.append([unrendered(label), unrendered(value)])
        return json.dumps(pairs, ensure_ascii=False)  # YAML reads no surrogate pairs

    def problem(self, key: str, value: Any) -> str:
        """Say what is wrong with a typed answer, or nothing.

        Copier validates a default before it asks, and ends with a traceback where that fails.
        So an answer that advice for a later question cannot follow is refused here, and an
        advised answer never is: `session.py` judges all answers once more before it writes.
        """
        value = cast(key, value)
        if self.trusted or same(key, value, self.given):
            return ""
        if same(key, value, self.stored):
            gone = key in left(self.stored, self.complete) and value != self.without(key)[key]
            return f"{self.instead(key)}: this is of the data that you leave" if gone else ""
        if not value and self.needs(key):
            return "name one: no set is known that fits"
        if alone := problem_with(key, value):
            return self.told(key, alone)
        known, before = {**self.answers, key: value}, self.without(key)
        if before[key] == value:
            return ""
        old = [keys(problem) for problem in check(before)]
        after = self.complete if known == self.answers else complete(known)
        for problem in check(after):
            if problem.pointer == "dataset_path" and not after["dataset_path"]:
                continue  # it must be given, and will be asked for
            if key in keys(problem) <= set(known) or keys(problem) not in old:
                return self.told(key, problem)
        return ""

    def needs(self, key: str) -> bool:
        """Say whether there must be an answer, and none can be advised."""
        source = SOURCES[self.complete["data_source"]]
        return (
            self.asking
            and key == "dataset_path"
            and bool(source.reads)
            and not (self.without(key)[key])
        )

    def told(self, key: str, problem: Problem) -> str:
        """Say what to do first, then why: a terminal shows one line, and Copier begins it."""
        own = problem.remedy if problem.pointer == key else ""
        return f"{own or self.instead(key)}: {problem.message}"

    def instead(self, key: str) -> str:
        """Say what to answer, as advised."""
        value = self.without(key)[key]
        if value in (None, "", []):
            return "leave it blank"
        text = f"try {yaml_value(value)}"
        return text if len(text) <= LINE - len(COPIER) - len(key) else "mend it"


def opened(context: Answers) -> list[str]:
    """Return the groups of questions that are wanted."""
    return [name for name in GROUPS if str(context.get(name, "no")).strip().lower() in YES]
