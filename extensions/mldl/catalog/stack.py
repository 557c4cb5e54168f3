"""Which layers a project is made of."""

from collections.abc import Iterator, Mapping
from typing import Any

from .datasets import BUNDLED, chosen
from .features import AUGMENTATIONS, FEATURES, LICENSES
from .row import Row
from .sources import SOURCES
from .tasks import OBJECTIVES, form_of

Answers = Mapping[str, Any]


def stack(answers: Answers, row: Row, library: str) -> tuple[str, ...]:
    """Return the layers of a project from the bottom up."""
    return tuple(dict.fromkeys(named(answers, row, library)))


def named(answers: Answers, row: Row, library: str) -> Iterator[str]:
    """Yield the layers that the rows of the catalogue name; some share one."""
    objective, bundled = OBJECTIVES[answers["objective"]], chosen(answers)
    form = form_of(row.modality, objective.name)
    yield from row.layers
    yield from objective.layers
    yield from objective.layers_of.get(row.modality, ())
    yield from row.models.get(library, ())
    source = SOURCES[answers["data_source"]]
    yield from bundled.layers if bundled else source.layers.get(form, ())
    for feature in FEATURES:
        if answers[feature.name]:
            yield from feature.layers
            yield from feature.layers_of.get(form, ())
    for name in answers["augmentation"]:
        yield from AUGMENTATIONS[name].layers.get(form, ())
    yield f"licenses/{answers['license']}"


def all_layers(rows: tuple[Row, ...]) -> set[str]:
    """Return every layer that a row of the catalogue names."""
    found = {layer for row in rows for layer in row.layers}
    found |= {layer for row in rows for layers in row.models.values() for layer in layers}
    for objective in OBJECTIVES.values():
        found |= {*objective.layers}.union(*objective.layers_of.values())
    for source in SOURCES.values():
        found = found.union(*source.layers.values())
    found = found.union(*(known.layers for known in BUNDLED))
    for feature in FEATURES:
        found |= {*feature.layers}.union(*feature.layers_of.values())
    for change in AUGMENTATIONS.values():
        found = found.union(*change.layers.values())
    return found | {f"licenses/{name}" for name in LICENSES}
