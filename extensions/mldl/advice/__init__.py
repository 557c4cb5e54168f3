"""The advisor: from what is known so far to a value for every answer, with a reason.

`advise` is a pure function of the answers, so that a project comes out the same whether
they were typed, given by `--data` or read from a request.
"""

from collections.abc import Mapping
from typing import Any

from ..catalog import find
from ..fields import FIELDS
from . import data, model, project, training  # each registers its rules
from .advisor import RULES, Advice, is_small

__all__ = ["Advice", "advise", "complete", "no_effect"]
assert {data, model, project, training}


def advise(answers: Mapping[str, Any]) -> dict[str, Advice]:
    """Return a value and a reason for every answer; what is given stays as it is."""
    facts: dict[str, Any] = {**answers, "row": None}
    advice: dict[str, Advice] = {}
    for key in FIELDS:
        if key in answers:
            advice[key] = Advice(answers[key], "given")
        else:
            advice[key] = RULES[key](facts)
            facts[key] = advice[key].value
        if key == "architecture":
            facts["row"] = find(facts["task"], facts["modality"], facts[key])
    return advice


def complete(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return all answers, advised where nothing is given, and what follows from them."""
    values = {key: advice.value for key, advice in advise(answers).items()}
    row = find(values["task"], values["modality"], values["architecture"])
    values["row"] = row
    values["patch_size"] = patch_size(values)
    return values


def patch_size(values: Mapping[str, Any]) -> int | None:
    """Return the side of a patch in pixels; None where there are no patches to choose."""
    row = values["row"]
    found = row.backbone(values["backbone"]) if row else None
    if found is None or "patch_size" not in row.settings:
        return None
    if values["pretrained_source"] == "torchvision" or not is_small(values):
        return int(found.patch)
    return int(row.small_patch)


def no_effect(answers: Mapping[str, Any]) -> dict[str, str]:
    """Say of each given answer that does not apply to the cell why it has no effect."""
    values = complete(answers)
    cell = f"{values['architecture']} for {values['task']} of {values['modality']}s"
    return {
        key: f"has no effect with {cell} and the other answers"
        for key, field in FIELDS.items()
        if answers.get(key) not in (None, "", [], False) and not field.applies(values)
    }
