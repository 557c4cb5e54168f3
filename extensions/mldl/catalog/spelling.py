"""Names of architectures, backbones and metrics as people write them: ResNet-50, YOLOv8, mIoU."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from . import ROWS
from .aliases import ARCHITECTURES, METRICS, NEAREST, Meaning, meaning_in
from .choices import LATER_ARCHITECTURES
from .inference import MODALITY, OBJECTIVE, TEXT_FILES, ends_in, infer, outputs
from .row import Row
from .tasks import OBJECTIVES, TASKS, task_of

ALIASES = {"mlp": "custom", "cnn": "custom", "convnet": "custom", "visiontransformer": "vit"}
USUAL = "classification"  # the task where nobody names one
BYTES, FEWEST = 256, 64  # of a vocabulary; its size is a multiple of the second
PUBLISHED = {row.architecture for row in ROWS if row.any_published}


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
    """Return the answers with the catalogue's names for models and metrics; see `read`."""
    found, reasons = dict(answers), dict[str, str]()
    name_model(found, reasons, answers.get("task", task or USUAL))
    name_metric(found, reasons, answers.get("task", task or USUAL))
    return found


def read(answers: Mapping[str, Any], task: object = None) -> Read:
    """Return the answers with the catalogue's names; a backbone names its architecture.

    A task that has another name here is moved, where it is given: nlp with labels of whole texts
    is classification, and what generates text is nlp.

    Args:
        answers: What is given.
        task: What the answers are about where they do not say it.
    """
    task = answers.get("task", task or USUAL)
    found, reasons = dict(answers), dict[str, str]()
    name_model(found, reasons, "nlp" if generates_text(answers) else task)
    if generates_text(answers):
        found["task"], reasons["task"] = "nlp", "what generates text is nlp here"
    if found.get("task") == "nlp":
        move(found, reasons)
    read_files(found, reasons)
    widen(found, reasons)
    name_metric(found, reasons, found.get("task", task))
    return Read(found, {key: reason for key, reason in reasons.items() if reason})


def name_model(found: dict[str, Any], reasons: dict[str, str], task: object) -> None:
    """Bring `architecture` and `backbone` to the catalogue's names."""
    given, name = found.get("architecture"), found.get("backbone")
    model, inner = named(task, given), named(task, name)
    if model:
        found["architecture"], reasons["architecture"] = model.name, model.reason
        if backbone := backbone_of(model, str(given)):
            found["backbone"] = name or backbone
    if not inner:
        return
    if settles(inner, model, given):
        found["architecture"], reasons["architecture"] = inner.name, inner.reason
    backbone = backbone_of(inner, str(name))
    if backbone and (inner.part or found.get("architecture") == inner.name):
        found["backbone"] = backbone
    elif found.get("architecture") == inner.name:
        del found["backbone"]  # the name of a family leaves the size open


def backbone_of(model: Meaning, name: str) -> str:
    """Return the backbone that is called so: as it is given where anybody may have published it."""
    if plain(model.backbone) == plain(name):
        return model.backbone
    return name if model.published or ("/" in name and model.name in PUBLISHED) else model.backbone


def generates_text(answers: Mapping[str, Any]) -> bool:
    """Say whether the answers ask for the generation of text."""
    if answers.get("task") != "generation":
        return False
    model = named("nlp", answers.get("architecture")) or named("nlp", answers.get("backbone"))
    return bool(model and model.name in PUBLISHED) or is_text(answers)


def is_text(answers: Mapping[str, Any]) -> bool:
    """Say whether the data are text, as far as is known."""
    return (answers.get("modality") or infer(MODALITY, answers).follows) == "text"


def move(found: dict[str, Any], reasons: dict[str, str]) -> None:
    """Take nlp for the task that its objective is of."""
    sign, given = infer(OBJECTIVE, found), found.get("objective")
    task = task_of(given or sign.follows)
    if task not in ("nlp", ""):
        found |= {"task": task, "objective": given or sign.follows, "modality": "text"}
        reasons["task"] = f"the objective is {given}" if given else sign.fact


def read_files(found: dict[str, Any], reasons: dict[str, str]) -> None:
    """Let a project read files of text itself, whichever library a request names for it."""
    asked = found.get("data_loader") in ("huggingface", "custom") and not found.get("data_source")
    if asked and ends_in(*TEXT_FILES)(found) and is_text(found):
        found["data_loader"] = "torch"
        reasons["data_loader"] = f"the project reads {found['dataset_path']} itself"


def widen(found: dict[str, Any], reasons: dict[str, str]) -> None:
    """Let a vocabulary of letters hold the bytes as well, with which nothing is unknown."""
    task, count = found.get("task"), outputs(found)
    objective = found.get("objective") or infer(OBJECTIVE, found).follows
    open_to_all = task == "nlp" and objective in ("language_model", "seq2seq")
    if open_to_all and FEWEST <= count < BYTES:
        found["output_shape"] = -(-(BYTES + count) // FEWEST) * FEWEST
        reasons["output_shape"] = "a vocabulary has the bytes besides, so that nothing is unknown"


def name_metric(found: dict[str, Any], reasons: dict[str, str], task: object) -> None:
    """Bring `target_metric` to the catalogue's name."""
    objective = infer(OBJECTIVE, {"task": task, **found}).follows
    if metric := measure(found.get("objective", objective), found.get("target_metric")):
        found["target_metric"], reasons["target_metric"] = metric.name, metric.reason


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
    open_to_all = inner.name in PUBLISHED
    return not architecture and (open_to_all or not (inner.part and inner.backbone))


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
