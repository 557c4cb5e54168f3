"""The catalogue: every cell that a project can be made for, one row each.

A cell is (task, modality, objective, architecture). Questions and their reasons, checks,
advice, dependencies, the test matrix and the README's table are read from these rows.
Adding an architecture is one row and at most one folder. Rows are only appended: a row that is no
longer offered is marked deprecated, since projects live with it.
"""

from . import detection, image, segmentation, table, text
from .choices import LATER_ARCHITECTURES
from .row import Backbone, Row

__all__ = ["ROWS", "Backbone", "Row", "find", "is_family", "offered", "summary"]

ROWS: tuple[Row, ...] = (
    *(*image.ROWS, *table.ROWS, *detection.ROWS, *segmentation.ROWS),
    *text.ROWS,
)


def find(task: object, modality: object, architecture: object) -> Row | None:
    """Return the row of a cell."""
    rows = (row for row in offered(task, modality) if row.architecture == architecture)
    return next(rows, None)


def offered(task: object, modality: object) -> list[Row]:
    """Return the rows for a task on a modality, deprecated ones too."""
    return [row for row in ROWS if (row.task, row.modality) == (task, modality)]


def is_family(name: object) -> bool:
    """Say whether an architecture is called so, now or in a later version."""
    return name in LATER_ARCHITECTURES or any(row.architecture == name for row in ROWS)


def summary() -> str:
    """Say in words which tasks and modalities are offered."""
    cells = dict.fromkeys((row.task, row.modality) for row in ROWS)
    return ", ".join(
        f"{task} of {' or '.join(f'{m}s' for t, m in cells if t == task)}"
        for task in dict.fromkeys(task for task, _ in cells)
    )
