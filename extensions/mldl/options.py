"""What there is to choose from at each question, with the reason for it, from the catalogue."""

from collections.abc import Callable, Mapping
from typing import Any

from .catalog import choices, offered
from .catalog.datasets import fitting
from .catalog.features import AUGMENTATIONS
from .catalog.sources import feeding
from .catalog.tasks import form_of

Answers = Mapping[str, Any]


def architectures(answers: Answers) -> dict[str, str]:
    """Return the architectures for the task and its objective."""
    return {
        row.architecture: f"{row.label}, {row.reason}"
        for row in offered(answers["task"], answers["modality"])
        if not row.deprecated and answers["objective"] in row.objectives
    }


def backbones(answers: Answers) -> dict[str, str]:
    """Return the backbones of the row that the source of weights has."""
    source = answers["pretrained_source"] if answers["pretrained"] else ""
    row = answers["row"]
    work = "" if answers["modality"] == "text" else ", {:g} GFLOPs"  # names are long there
    return {
        each.name: f"{each.parameters:g} M{work.format(each.gflops)}, {each.reason}"
        for each in (row.backbones if row else ())
        if not each.deprecated and row.has(each, source)
    }


def metrics(answers: Answers) -> dict[str, str]:
    """Return the metrics of the row, and none."""
    row = answers["row"]
    names = row.metrics.get(answers["objective"], ()) if row else ()
    return {"": "no goal to reach", **dict.fromkeys(names, "watched and reported")}


def monitors(answers: Answers) -> dict[str, str]:
    """Return the metrics that can decide which epoch is best."""
    row = answers["row"]
    return dict.fromkeys(row.monitors(answers["objective"]) if row else ("val_loss",), "")


def objectives(answers: Answers) -> dict[str, str]:
    """Return the objectives of the rows for the task."""
    rows = offered(answers["task"], answers["modality"])
    names = dict.fromkeys(name for row in rows for name in row.objectives)
    return {name: choices.OBJECTIVES[name] for name in names}


def sources(answers: Answers) -> dict[str, str]:
    """Return the sources of data for the task, bundled sets only where there are any."""
    found = feeding(answers["task"], answers["modality"])
    kind = answers["objective"]
    return {name: each.reason for name, each in found.items() if kind not in each.lacks}


def sets(answers: Answers) -> dict[str, str]:
    """Return the bundled sets for the task."""
    if answers["data_source"] != "bundled":
        return {}
    known = fitting(answers["task"], answers["modality"], answers["objective"])
    return {each.name: each.label for each in known}


def augmentations(answers: Answers) -> dict[str, str]:
    """Return the augmentations that suit the targets."""
    form = form_of(answers["modality"], answers["objective"])
    return {name: each.reason for name, each in AUGMENTATIONS.items() if form in each.layers}


def steps(answers: Answers) -> dict[str, str]:
    """Return the steps that suit the targets."""
    form = form_of(answers["modality"], answers["objective"])
    return {name: choices.PREPROCESSING[name] for name in choices.STEPS.get(form, ())}


def weights(answers: Answers) -> dict[str, str]:
    """Return where weights for the row are."""
    known = answers["row"].weights if answers["row"] else choices.PRETRAINED_SOURCES
    return {name: choices.PRETRAINED_SOURCES[name] for name in known}


def fixed(table: Mapping[str, str]) -> Callable[[Answers], dict[str, str]]:
    """Return choices that depend on nothing."""
    return lambda answers: dict(table)


CHOICES: dict[str, Callable[[Answers], dict[str, str]]] = {
    "setup": fixed(choices.SETUPS),
    "license": fixed(choices.LICENSES),
    "task_type": fixed(dict.fromkeys(choices.TASK_TYPES, "")),
    "task": fixed(choices.TASKS),
    "modality": fixed(choices.MODALITIES),
    "objective": objectives,
    "data_loader": fixed(dict.fromkeys(choices.LOADERS, "")),
    "data_source": sources,
    "dataset_name": sets,
    "augmentation": augmentations,
    "preprocessing": steps,
    "architecture": architectures,
    "size": fixed(choices.SIZES),
    "pretrained_source": weights,
    "backbone": backbones,
    "activation": fixed(choices.ACTIVATIONS),
    "target_metric": metrics,
    "optimizer": fixed(choices.OPTIMIZERS),
    "lr_scheduler": fixed(choices.SCHEDULERS),
    "monitor": monitors,
}
