"""The pairs of texts that `custom.py` makes."""

from pathlib import Path

from ..engine.errors import UserError
from .custom import read_rows
from .found import Found
from .schema import Schema
from .settings import DataSettings


def load_rows(settings: DataSettings, schema: Schema | None = None) -> Found:
    """Ask `custom.py` for every row.

    Raises:
        UserError: there are none.
    """
    path = Path(settings.dataset_path)
    rows = list(read_rows(path))
    if not rows:
        raise UserError(f"data.dataset_path: data/custom.py finds no rows in {path.resolve()}")
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    places = [f"data/custom.py row {number}" for number in range(1, len(rows) + 1)]
    return Found(columns, places, file={"format": "custom"})
