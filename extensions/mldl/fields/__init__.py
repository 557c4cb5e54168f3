"""Every answer: its rule, where a request holds it, and when it applies.

The order is that of the questions. Requests, `--data`, typed answers and what is stored
all pass through this one table, so that they cannot differ.
"""

from typing import Any

from ..rules import Rule, boolean, identifier, location
from .data import DATASET, PROJECT, TASK
from .field import Answers, Field
from .training import DELIVERY, GOAL, NETWORK, TRAINING

__all__ = ["FIELDS", "FROZEN", "OTHER_FIELDS", "Answers", "Field", "cast"]

FIELDS: dict[str, Field] = {
    **PROJECT,
    **TASK,
    **DATASET,
    **NETWORK,
    **GOAL,
    **TRAINING,
    **DELIVERY,
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
