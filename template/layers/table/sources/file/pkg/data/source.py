"""The table in a CSV or Parquet file."""

from pathlib import Path

import pandas as pd

from .files import read_table
from .settings import DataSettings


def load_frame(settings: DataSettings) -> pd.DataFrame:
    """Read every row."""
    return read_table(Path(settings.dataset_path))
