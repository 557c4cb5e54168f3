"""Every (task, architecture, data kind) that the catalogue offers, with answers for it.

Adding a row or a source to the catalogue adds its cells here.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from mldl.catalog import ROWS, Row
from mldl.catalog.choices import SOURCES_OF
from mldl.catalog.datasets import fitting

ONE_CLASS_EACH = ("bundled", "image_folder", "torchvision")  # sources without several labels
PLACES = {
    "image_folder": "data/images",
    "image_csv": "data/images/targets.csv",
    "table": "data/table.csv",
    "torchvision": "CIFAR10",
    "huggingface": "beans",
}


class Cell(NamedTuple):
    """A project of the matrix."""

    name: str
    answers: dict[str, Any]


def cells() -> Iterator[Cell]:
    """Return every cell, in the catalogue's order."""
    for row in ROWS:
        if row.deprecated:
            continue
        for objective in row.objectives:
            for source in SOURCES_OF[row.task, row.modality]:
                if objective != "multi_label" or source not in ONE_CLASS_EACH:
                    yield from of_source(row, objective, source)


def of_source(row: Row, objective: str, source: str) -> Iterator[Cell]:
    """Return the cells of a row on one kind of data: one for each bundled set."""
    answers = {
        "project_name": "cell",
        "task": row.task,
        "modality": row.modality,
        "objective": objective,
        "architecture": row.architecture,
        "data_source": source,
    }
    kind = objective if row.task == "classification" else row.task
    name = f"{kind}-{row.modality}-{row.architecture}-{source}"
    if source != "bundled":
        yield Cell(name, answers | small_images(row) | {"dataset_path": PLACES.get(source, "")})
        return
    for known in fitting(row.task, row.modality):
        yield Cell(f"{name}-{known.name}", {**answers, "dataset_name": known.name})


def small_images(row: Row) -> dict[str, Any]:
    """Return answers that keep a project's own tests quick."""
    return {"input_shape": [3, 32, 32]} if row.modality == "image" else {}


def chosen(every: bool) -> list[Cell]:
    """Return all cells, or a few in which each row, objective and source still occurs.

    What a source of data does is the same under each architecture, so the few show as
    much as a quick run can; all of them are rendered, linted and typed in any case.
    """
    found = list(cells())
    if every:
        return found
    covered: set[tuple[str, ...]] = set()
    few = []
    for cell in sorted(found, key=rotation):
        new = facts(cell) - covered
        if new:
            covered |= new
            few.append(cell)
    return few


def facts(cell: Cell) -> set[tuple[str, ...]]:
    """Return what of a cell must occur in the few."""
    answers = cell.answers
    kind = (answers["task"], answers["modality"])
    return {
        (*kind, answers["architecture"]),
        (*kind, answers["objective"], answers["data_source"], answers.get("dataset_name", "")),
    }


def rotation(cell: Cell) -> int:
    """Order cells so that each next one brings another source and another architecture."""
    return sum(cell.name.encode()) % 7
