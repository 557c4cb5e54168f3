"""What is stored: the answers of a project, and what Copier's user has set for all templates."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from copier.errors import UserMessageError

from .advice import complete
from .catalog import find
from .catalog.bundled import Bundled
from .catalog.datasets import bundled, chosen
from .catalog.sources import feeding
from .fields import FIELDS, cast
from .problems import Wrong, printable, shown

Answers = dict[str, Any]
NAME = re.compile(r"[a-z][a-z0-9_]*")
OURS = ("task", "architecture")  # what every answers file of this template has


def stored_answers(folder: Path, name: str) -> Answers:
    """Return the answers that the project in a folder was made with; none if there is none.

    Raises:
        UserMessageError: the file of answers is that of another template.
    """
    try:
        stored = yaml.safe_load((folder / name).read_bytes())
    except (OSError, yaml.YAMLError):
        return {}
    if not isinstance(stored, dict) or not stored:
        return {}
    if not any(key in stored for key in OURS):
        source = printable(str(stored.get("_src_path", "another template")))
        message = "give -a .copier-answers.mldl.yml to have the answers in a file of their own: "
        raise UserMessageError(f"{message}{name} belongs to {source}")
    return stored


def fit(stored: Mapping[str, Any], place: str) -> None:
    """See that stored answers are those of a project that can be; their values are not judged.

    Raises:
        UserMessageError: they are not, so somebody has changed them by hand.
    """
    try:
        values = complete({key: cast(key, stored[key]) for key in stored if key in FIELDS})
        row = find(values["task"], values["modality"], values["architecture"])
        name, sources = values["data_source"], feeding(values["task"], values["modality"])
        keys: tuple[str, ...]
        if not NAME.fullmatch(values["package_name"]):  # it stands in code, and in paths
            keys = ("package_name",)
        elif row is None:
            keys = ("architecture", "task", "modality")
        elif values["objective"] not in row.objectives:
            keys = ("objective", "task", "modality")
        elif name not in sources or (name == "bundled" and chosen(values) is None):
            keys = ("data_source", "dataset_name", "task", "modality")
        elif row.modality == "image" and len(values["input_shape"]) != 3:
            keys = ("input_shape", "modality")
        elif not misfits(stored, "wrong_type"):
            return
        else:
            raise TypeError
        told = [f"{key}: {shown(values[key])}" for key in keys]
    except (LookupError, TypeError, ValueError, AttributeError):
        told = misfits(stored)
    raise unfit(told, place)


def unfit(told: list[str], place: str) -> UserMessageError:
    """Return the refusal of stored answers that no project can be made with."""
    return UserMessageError(
        f"{place} holds what no project can be made with ({', '.join(told) or 'an answer'}): if "
        f"it was edited by hand, put it back, as `git log -p {place}` shows it, and change answers "
        "with --data"
    )


def misfits(stored: Mapping[str, Any], kind: str = "") -> list[str]:
    """Return the stored answers that break the rule of their field, in this way or in any."""
    found = []
    for key in (each for each in stored if each in FIELDS):
        try:
            FIELDS[key].rule(cast(key, stored[key]))
        except Wrong as wrong:
            if wrong.type == kind or not kind:
                found.append(f"{key}: {shown(stored[key])}")
    return found


def preferences(defaults: Mapping[str, Any]) -> Answers:
    """Return a user's own defaults of answers, of those that are set for all templates."""
    return {key: cast(key, value) for key, value in defaults.items() if key in FIELDS}


def left(stored: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored facts of a bundled set that a project leaves for other data.

    Args:
        stored: The answers that the project was made with.
        answers: All answers as they are to be.
    """
    was = bundled(stored.get("dataset_name")) if stored.get("data_source") == "bundled" else None
    now = chosen(answers)
    if was is None or (now is not None and now.name == was.name):
        return {}
    known = facts(was)
    return {
        key: stored[key] for key in known if key in stored and cast(key, stored[key]) in known[key]
    }


def facts(known: Bundled) -> dict[str, list[Any]]:
    """Return what answers may say of a bundled set."""
    return {
        "dataset_name": [known.name],
        "dataset_path": [known.path],
        "target_column": ["target"],
        "input_shape": [list(known.input_shape)],
        "output_shape": [known.output_shape, [known.output_shape]],
        "class_names": [list(known.class_names)],
        "num_samples": [known.num_samples],
    }
