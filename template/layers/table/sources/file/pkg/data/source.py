"""The table in a CSV or Parquet file."""

from pathlib import Path

import pandas as pd

from .formats.files import read_table
from .schema import Schema
from .settings import DataSettings


def load_frame(settings: DataSettings, schema: Schema | None = None) -> pd.DataFrame:
    """Read every row; a file that comes after the training is read by its schema."""
    return read_table(Path(settings.dataset_path), schema=schema)
