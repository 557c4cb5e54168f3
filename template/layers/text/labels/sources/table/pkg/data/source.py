"""Texts and their labels in tables: CSV, TSV, JSON Lines or Parquet.

`data.dataset_path` is a file, or a folder of them, such as train.csv, valid.csv and test.csv.
"""

from pathlib import Path

from .formats.headers import Expected
from .formats.rows import read_rows
from .found import Found
from .schema import Schema
from .settings import DataSettings

NAMES = (  # that headers have, in small letters alone
    "text texts sentence sentence1 review content comment body message tweet title description "
    "document question utterance query reviewtext label labels target targets class category "
    "sentiment intent score rating stars language lang id split"
)
USUAL = frozenset(NAMES.split())


def load_rows(settings: DataSettings, schema: Schema | None = None) -> Found:
    """Read every row; files that come after the training are read by its schema.

    Raises:
        UserError: there are no rows, or files contradict each other.
    """
    columns = (settings.text_column, *(settings.target_columns or ()))
    expected = Expected(tuple(name for name in columns if name), USUAL)
    return read_rows(Path(settings.dataset_path), schema=schema, expected=expected)
