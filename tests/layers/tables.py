"""Tables as people write them, read by the layers where they stand."""

from pathlib import Path
from typing import Any

import torch
from stacks import Stack, table

CLASSES = table("table/sources/file")
NUMBERS = table("table/sources/file", "regression")
CPU = torch.device("cpu")


def write(path: Path, rows: list[list[object]], header: str = "x,y", end: str = "\n") -> Path:
    """Write rows below a header, with nothing but commas between the cells."""
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    path.write_text(end.join(lines) + end, encoding="utf-8", newline="")
    return path


def settings(path: Path, project: Stack = CLASSES, **changes: Any) -> Any:
    return project.load("data.settings").DataSettings(dataset_path=str(path), **changes)


def load(
    path: Path,
    info: Any = None,
    manifest: Path | None = None,
    project: Stack = CLASSES,
    whole: bool = False,
    **changes: Any,
) -> Any:
    """Return the loaders of train, val and test."""
    get = project.load("data.dataloader").get_dataloaders
    options: dict[str, Any] = {"batch_size": 16, "seed": 0, "device": CPU, "whole": whole}
    chosen = settings(path, project, **changes)
    return get(chosen, manifest=manifest, info=info, **options)


def inputs(path: Path, info: Any, project: Stack = CLASSES) -> dict[str, Any]:
    """Return what predict.py sees of each row [F], by its place, or what is wrong with it."""
    found = project.load("data.dataloader").read_inputs([str(path)], settings(path, project), info)
    return {record["input"]: getattr(row, "inputs", [row])[0] for record, row in found}


def column(info: Any, name: str) -> dict[str, Any]:
    """Return what was learnt of a column."""
    found: dict[str, Any] = next(each for each in info.schema["columns"] if each["name"] == name)
    return found


def features(info: Any) -> list[str]:
    """Return the names of the features."""
    schema = CLASSES.load("data.schema").Schema(**info.schema)
    found: list[str] = schema.make_columns().features
    return found


def findings(path: Path, project: Stack = CLASSES, **changes: Any) -> list[str]:
    """Return what the doctor says of a table."""
    report = project.load("data.doctor").examine(settings(path, project, **changes))
    return [str(each) for each in report.sorted]
