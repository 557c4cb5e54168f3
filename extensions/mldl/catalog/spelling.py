"""Names of architectures, backbones and metrics as people write them: ResNet-50, YOLOv8, mIoU."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from . import ROWS
from .aliases import ARCHITECTURES, METRICS, NEAREST, Meaning, meaning_in
from .choices import LATER_ARCHITECTURES
from .inference import OBJECTIVE, infer
from .row import Row
from .tasks import OBJECTIVES, TASKS

ALIASES = {"mlp": "custom", "cnn": "custom", "convnet": "custom", "visiontransformer": "vit"}
USUAL = "classification"  # the task where nobody names one


class Read(NamedTuple):
    """Answers with the catalogue's names, and why some are not what was given."""

    answers: dict[str, Any]
    reasons: dict[str, str]


def plain(text: str) -> str:
    """Return the letters and digits of a name, in lower case."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def models_of(rows: list[Row]) -> dict[str, Meaning]:
    """Return what the names of a task's models stand for: of parts, of whole ones, of families."""
    found: dict[str, Meaning] = {}
    for row in rows:
        for each in row.backbones:  # the first row that has a backbone is the usual one
            family = plain(each.name).startswith(plain(row.architecture))
            reason = "" if family else f"it is the backbone of {row.label}"
            reason = f"{each.name} is {row.label}" if each.whole else reason
            meaning = Meaning(row.architecture, reason, each.name, part=not each.whole)
            for name in (each.name, each.name.rpartition("/")[2]):
                found.setdefault(plain(name), meaning)
    for row in rows:
        found[plain(row.architecture)] = Meaning(row.architecture)
    aliases = {name: Meaning(owner) for name, owner in ALIASES.items() if plain(owner) in found}
    return {**aliases, **found}


MODELS = {task: models_of([row for row in ROWS if row.task == task]) for task in TASKS}


def named(task: object, name: object) -> Meaning | None:
    """Return what the name of a model stands for in a task: `facebook/detr-resnet-50`, too."""
    if not isinstance(name, str):
        return None
    for word in (plain(name), plain(name.rpartition("/")[2])):
        if found := MODELS.get(str(task), {}).get(word):
            return found
        if other := meaning_in(ARCHITECTURES, task, word):
            return other
    return None


def understood(answers: Mapping[str, Any], task: object = None) -> dict[str, Any]:
    """Return the answers with the catalogue's names; see `read`."""
    return read(answers, task).answers


def read(answers: Mapping[str, Any], task: object = None) -> Read:
    """Return the answers with the catalogue's names; a backbone names its architecture.

    Args:
        answers: What is given.
        task: What the answers are about where they do not say it.
    """
    task = answers.get("task", task or USUAL)
    found, reasons = dict(answers), dict[str, str]()
    model = named(task, answers.get("architecture"))
    if model:
        found["architecture"], reasons["architecture"] = model.name, model.reason
        if model.backbone and not answers.get("backbone"):
            found["backbone"] = model.backbone
    if inner := named(task, answers.get("backbone")):
        if settles(inner, model, answers.get("architecture")):
            found["architecture"], reasons["architecture"] = inner.name, inner.reason
        if inner.backbone and (inner.part or found.get("architecture") == inner.name):
            found["backbone"] = inner.backbone
        elif found.get("architecture") == inner.name:
            del found["backbone"]  # the name of a family leaves the size open
    objective = infer(OBJECTIVE, {"task": task, **found}).follows
    if metric := measure(found.get("objective", objective), found.get("target_metric")):
        found["target_metric"], reasons["target_metric"] = metric.name, metric.reason
    return Read(found, {key: reason for key, reason in reasons.items() if reason})


def settles(inner: Meaning, model: Meaning | None, architecture: object) -> bool:
    """Say whether what is given as a backbone decides the architecture.

    Args:
        inner: What the backbone stands for.
        model: What the architecture stands for, if it is known.
        architecture: The architecture as it is given.
    """
    if model and model.name == "custom":
        return True
    if model:
        return model.part and not inner.part
    return not architecture and not (inner.part and inner.backbone)


def known(name: object) -> bool:
    """Say whether this names an architecture of any task, or a backbone of one."""
    return any(named(task, name) or nearest_to(task, name) for task in TASKS)


def nearest_to(task: object, name: object) -> Meaning | None:
    """Return the architecture that is nearest to one that a task has not."""
    return meaning_in(NEAREST, task, plain(name)) if isinstance(name, str) else None


def purpose(architecture: object, modality: object) -> tuple[str, str]:
    """Return what an architecture is for, and the answer that another is needed of for it."""
    rows = [row for row in ROWS if row.architecture == architecture]
    tasks = dict.fromkeys(row.task for row in rows if row.modality == modality)
    if rows and not tasks:
        return " and ".join(dict.fromkeys(f"{row.modality}s" for row in rows)), "modality"
    later = LATER_ARCHITECTURES.get(str(architecture), "")
    others = (task for task in TASKS if named(task, architecture) or nearest_to(task, architecture))
    return " and ".join(tasks) or later or " and ".join(others), "task"


def measure(objective: object, name: object) -> Meaning | None:
    """Return what the name of a metric stands for where this is the objective."""
    if not isinstance(name, str) or objective not in OBJECTIVES:
        return None
    known = OBJECTIVES[str(objective)].metrics
    same = (Meaning(metric) for metric in known if plain(metric) == plain(name))
    return next(same, None) or meaning_in(METRICS, objective, plain(name))


def known_metric(name: object) -> bool:
    """Say whether this names a metric of any objective, in any of the usual spellings."""
    return any(measure(objective, name) for objective in OBJECTIVES)
