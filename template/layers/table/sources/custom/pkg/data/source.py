"""The table that `custom.py` makes."""

from pathlib import Path

import pandas as pd

from ..engine.errors import UserError
from .custom import read_rows
from .schema import Schema
from .settings import DataSettings


def load_frame(settings: DataSettings, schema: Schema | None = None) -> pd.DataFrame:
    """Ask `custom.py` for every row; its values have types, whatever the schema says."""
    path = Path(settings.dataset_path)
    frame = pd.DataFrame(read_rows(path))
    if frame.empty:
        raise UserError(f"data.dataset_path: data/custom.py finds no rows in {path.resolve()}")
    frame.index += 1  # rows are counted from 1 on
    return frame
