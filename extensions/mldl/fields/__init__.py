"""Every answer: its question, its rule, where a request holds it, and when it applies.

The order is that of the questions, which `python -m tools.questions` writes from it.
Requests, `--data`, typed answers and what is stored all pass through this one table, so that
they cannot differ.
"""

from typing import Any

from ..rules import Rule, boolean, identifier, location
from .data import DATASET
from .delivery import EXTRAS, TRACKING
from .field import Answers, Field
from .groups import GROUP_OF, GROUPS, Group
from .model import NETWORK
from .project import PROJECT, TASK
from .training import GOAL, TRAINING

__all__ = [
    "FIELDS",
    "FROZEN",
    "GROUPS",
    "GROUP_OF",
    "OTHER_FIELDS",
    "SECTIONS",
    "Answers",
    "Field",
    "Group",
    "cast",
]

# What each file of questions/ asks.
SECTIONS: dict[str, tuple[str, dict[str, Field]]] = {
    "project": ("What the project is called and who owns it.", PROJECT),
    "task": ("What is to be learnt, and on which machine.", TASK),
    "data": ("Where the data are, and what happens to them before the model.", DATASET),
    "model": ("Which model.", NETWORK),
    "training": ("What is to be reached, and how to train for it.", {**GOAL, **TRAINING}),
    "tracking": ("What a run leaves behind, and where.", TRACKING),
    "delivery": ("Extras: each adds files or state that others do not have.", EXTRAS),
}
FIELDS: dict[str, Field] = {
    key: field for _, fields in SECTIONS.values() for key, field in fields.items()
}
UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# Fields of a request that become no answer: they are kept with the stored request.
OTHER_FIELDS: dict[str, Rule] = {
    "/request_id": identifier(UUID, "a UUID"),
    "/context/existing_codebase": boolean,
    "/context/codebase_path": location,
}
# What decides the files of a project; see docs/adr/0002-answers.md.
FROZEN = ("task", "modality", "objective", "architecture", "package_name")


def cast(key: str, value: Any) -> Any:
    """Read a value as the answer `key` is stored."""
    return FIELDS[key].cast(value)
