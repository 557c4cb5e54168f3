"""Every (task, architecture, data kind) that the catalogue offers, with answers for it, and more.

Adding a row or a source to the catalogue adds its cells here.
"""

import datetime
import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from mldl.catalog import ROWS, Row
from mldl.catalog.datasets import fitting
from mldl.catalog.sources import feeding

PLACES = {
    "image_folder": "data/images",
    "image_csv": "data/images/targets.csv",
    "table": "data/table.csv",
    "torchvision": "CIFAR10",
    "huggingface": "beans",
    "text_table": "data/texts.csv",
    "text_folder": "data/texts",
    "conll": "data/sentences.conll",
    "parallel": "data/pairs",
    "text_files": "data/corpus.txt",
    "coco": "data/coco",
    "yolo": "data/yolo/data.yaml",
    "voc": "data/voc",
    "jsonl": "data/metadata.jsonl",
    "mask_folders": "data/masks",
}
FEATURES: dict[str, dict[str, Any]] = {
    "distributed": {
        "architecture": "custom",
        "distributed": True,
        "ema": True,
        "augmentation": ["random_crop", "mixup"],
        "engine_tests": True,
    },
    "wandb-torchvision-ema": {
        "architecture": "resnet",
        "pretrained": True,
        "pretrained_source": "torchvision",
        "wandb_enabled": True,
        "ema": True,
        "early_stopping": False,
        "engine_tests": True,
    },
    "engine-tests-table": {"modality": "table", "engine_tests": True},
    "engine-tests-words-distributed": {
        "task": "nlp",
        "objective": "token",
        "architecture": "custom",
        "distributed": True,
        "ema": True,
        "engine_tests": True,
    },
}


ItemT = TypeVar("ItemT")


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
            for name, source in feeding(row.task, row.modality).items():
                if objective not in source.lacks:
                    yield from of_source(row, objective, name)


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
    kind = objective if row.task in ("classification", "nlp") else row.task
    name = f"{kind}-{row.modality}-{row.architecture}-{source}"
    if source != "bundled":
        yield Cell(name, answers | small_images(row) | {"dataset_path": PLACES.get(source, "")})
        return
    for known in fitting(row.task, row.modality, objective):
        yield Cell(f"{name}-{known.name}", {**answers, "dataset_name": known.name})


def featured() -> list[Cell]:
    """Return cells for what no row and no source brings."""
    return [Cell(f"with-{name}", {"project_name": "cell", **x}) for name, x in FEATURES.items()]


def small_images(row: Row) -> dict[str, Any]:
    """Return answers that keep a project's own tests quick, without weights to fetch."""
    if row.modality != "image":
        return {}
    side = 64 if row.task in ("detection", "segmentation") else 32
    return {"input_shape": [3, side, side]}


def few() -> list[Cell]:
    """Return cells in which each row occurs, and each source for each objective.

    A source of data is the same under every architecture, so these show what there is to see.
    """
    covered: set[tuple[str, ...]] = set()
    found = []
    for cell in sorted(cells(), key=rotation):
        if not facts(cell) <= covered:
            covered |= facts(cell)
            found.append(cell)
    return found


def in_turn(found: Sequence[ItemT], turns: int, seed: int | None = None) -> list[ItemT]:
    """Return those whose turn it is, one of so many parts: that of a seed, or of today.

    With ALL_TURNS in the environment it is everybody's turn.
    """
    if seed is None:
        seed = datetime.date.today().toordinal()
    return [*found] if os.environ.get("ALL_TURNS") else [*found[seed % turns :: turns]]


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
