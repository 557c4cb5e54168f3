"""The catalogue: every cell that a project can be made for, one row each.

A cell is (task, modality, objective, architecture). Questions and their reasons, checks,
advice, dependencies, the test matrix and the README's table are read from these rows.
Adding an architecture is one row and at most one folder. Rows are only appended: a row that is no
longer offered is marked deprecated, since projects live with it.
"""

from . import image, table
from .choices import LATER_ARCHITECTURES
from .row import Backbone, Row

__all__ = ["ROWS", "Backbone", "Row", "find", "offered", "owner", "summary"]

ROWS: tuple[Row, ...] = image.ROWS + table.ROWS


def find(task: object, modality: object, architecture: object) -> Row | None:
    """Return the row of a cell."""
    rows = (row for row in offered(task, modality) if row.architecture == architecture)
    return next(rows, None)


def offered(task: object, modality: object) -> list[Row]:
    """Return the rows for a task on a modality, deprecated ones too."""
    return [row for row in ROWS if (row.task, row.modality) == (task, modality)]


def owner(name: object) -> str:
    """Return the architecture that a backbone, or a family by its own name, belongs to."""
    families = (row for row in ROWS if row.backbones)
    named = (row for row in families if name == row.architecture or row.backbone(str(name)))
    found = next(named, None)
    return found.architecture if found else str(name) if name in LATER_ARCHITECTURES else ""


def summary() -> str:
    """Say in words which tasks and modalities are offered."""
    cells = dict.fromkeys((row.task, row.modality) for row in ROWS)
    return " and ".join(
        f"{task} of {' or '.join(f'{m}s' for t, m in cells if t == task)}"
        for task in dict.fromkeys(task for task, _ in cells)
    )
