"""Names of architectures and backbones as people write them: ResNet-50, ViT-B/16, MLP."""

import re
from collections.abc import Mapping
from typing import Any

from . import ROWS

ALIASES = {"mlp": "custom", "cnn": "custom", "convnet": "custom", "visiontransformer": "vit"}


def plain(text: str) -> str:
    """Return the letters and digits of a name, in lower case."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


FAMILIES = {plain(row.architecture): row.architecture for row in ROWS} | ALIASES
BACKBONES = {plain(each.name): each.name for row in ROWS for each in row.backbones}
OWNERS = {each.name: row.architecture for row in ROWS for each in row.backbones}


def understood(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with the catalogue's names; a backbone names its architecture."""
    found = dict(answers)
    name = found.get("architecture")
    if isinstance(name, str) and plain(name) in FAMILIES:
        found["architecture"] = FAMILIES[plain(name)]
    elif isinstance(name, str) and plain(name) in BACKBONES:
        backbone = BACKBONES[plain(name)]
        found["architecture"] = OWNERS[backbone]
        found["backbone"] = found.get("backbone") or backbone
    name = found.get("backbone")
    if isinstance(name, str):
        found["backbone"] = BACKBONES.get(plain(name), name)
    return found


def known(name: object) -> bool:
    """Say whether this names an architecture, or a backbone of one."""
    return isinstance(name, str) and plain(name) in (*FAMILIES, *BACKBONES)
