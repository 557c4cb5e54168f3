"""The advisor: from what is known so far to a value for every answer, with a reason.

`advise` is a pure function of the answers, so that a project comes out the same whether
they were typed, given by `--data` or read from a request.
"""

from collections.abc import Mapping
from typing import Any

from ..catalog import find, is_family
from ..catalog.datasets import spelt
from ..catalog.spelling import read
from ..fields import FIELDS
from . import data, model, project, training  # each registers its rules
from .advisor import RULES, Advice

__all__ = ["Advice", "advise", "complete", "in_effect", "no_effect"]
assert {data, model, project, training}


def advise(answers: Mapping[str, Any]) -> dict[str, Advice]:
    """Return a value and a reason for every answer; what is given stays, by its name here."""
    reasons = read(answers).reasons
    answers = settled(answers)
    facts: dict[str, Any] = {**answers, "row": None}
    advice: dict[str, Advice] = {}
    for key in FIELDS:
        if key in answers:
            advice[key] = Advice(answers[key], reasons.get(key, "given"))
        else:
            advice[key] = RULES[key](facts)
            facts[key] = advice[key].value
        if key == "architecture":
            facts["row"] = find(facts["task"], facts["modality"], facts[key])
    return advice


def settled(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is given, where a list of no steps leaves them to the advisor.

    Names are those of the catalogue. A data set's is spelt as its library does, unless it names
    data of one's own.
    A family that another task has is refused as such, where it is the backbone of a custom one.
    """
    answers = read(answers).answers
    given = {key: value for key, value in answers.items() if (key, value) != ("preprocessing", [])}
    if answers.get("architecture") == "custom" and is_family(answers.get("backbone")):
        given["architecture"] = given.pop("backbone")
    name, source = answers.get("dataset_name"), answers.get("data_source")
    own = answers.get("dataset_path") or answers.get("data_loader") in ("huggingface", "custom")
    if name and (source in ("bundled", "torchvision") or not (source or own)):
        given["dataset_name"] = spelt(name, source)
    if source == "torchvision" and answers.get("dataset_path"):
        given["dataset_path"] = spelt(answers["dataset_path"], source)
    return given


def complete(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return all answers, advised where nothing is given, and what follows from them."""
    values = {key: advice.value for key, advice in advise(answers).items()}
    row = find(values["task"], values["modality"], values["architecture"])
    values["row"] = row
    found = row.backbone(values["backbone"]) if row else None
    values["patch_size"] = model.patch_size(found, values) if found else None
    return values


def in_effect(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return all answers; one that does not apply is as the advisor has it without it."""
    idle = {key for key, field in FIELDS.items() if not field.applies(values)}
    return complete({key: value for key, value in values.items() if key not in idle})


def no_effect(answers: Mapping[str, Any]) -> dict[str, str]:
    """Return each given answer that does not apply, and why if that is not plain."""
    values = complete(answers)
    return {
        key: field.idle
        for key, field in FIELDS.items()
        if answers.get(key) not in (None, "", [], False) and not field.applies(values)
    }
