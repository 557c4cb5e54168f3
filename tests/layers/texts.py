"""Texts as people write them, read by the layers where they stand."""

import csv
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from stacks import Stack, stack

CPU = torch.device("cpu")
ROWS = (
    "table/encodings",
    "table/dialect",
    "text",
    "text/samples",
    "text/strings",
    "text/rows",
    "text/rows/tables",
)


def texts(task: str = "classification", source: str = "table") -> Stack:
    """Return a stack that reads texts with labels from a source, for a task."""
    labels = ("text/labels", f"text/labels/sources/{source}")
    return stack("base", "engine", *ROWS, *labels, "tasks/outputs", f"tasks/{task}")


def write(path: Path, rows: Sequence[Sequence[object]], header: Sequence[str]) -> Path:
    """Write rows below a header."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def made_up(count: int, seed: int = 0) -> list[str]:
    """Return texts whose lengths are spread as those of reviews are: many short, few long."""
    chance = random.Random(seed)
    letters = "etaoinshrdlu"
    words = ["".join(chance.choices(letters, k=chance.randint(1, 8))) for _ in range(800)]
    lengths = [max(2, int(chance.lognormvariate(3.2, 0.9))) for _ in range(count)]
    return [" ".join(chance.choices(words, k=length)) for length in lengths]


def settings(path: Path, project: Stack, **changes: Any) -> Any:
    return project.load("data.settings").DataSettings(dataset_path=str(path), **changes)


def load(
    path: Path,
    project: Stack,
    *,
    info: Any = None,
    manifest: Path | None = None,
    whole: bool = False,
    batch_size: int = 16,
    **changes: Any,
) -> Any:
    """Return the loaders of train, val and test."""
    get = project.load("data.dataloader").get_dataloaders
    options: dict[str, Any] = {"batch_size": batch_size, "seed": 0, "device": CPU, "whole": whole}
    chosen = settings(path, project, **changes)
    return get(chosen, manifest=manifest, info=info, **options)


def findings(path: Path, project: Stack, **changes: Any) -> list[str]:
    """Return what the doctor says of the texts."""
    report = project.load("data.doctor").examine(settings(path, project, **changes))
    return [str(each) for each in report.sorted]
