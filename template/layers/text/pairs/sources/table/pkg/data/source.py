"""Pairs of texts in tables: CSV, TSV, JSON Lines or Parquet.

`data.dataset_path` is a file, or a folder of them, such as train.tsv, valid.tsv and test.tsv. A
row may also be `{"translation": {"en": …, "de": …}}`; two columns without a header are source
and target.
"""

from pathlib import Path

from .formats.headers import Expected
from .formats.rows import read_rows
from .found import Found
from .schema import Schema
from .settings import DataSettings

NAMES = (  # that headers have, in small letters alone
    "source src input inputs question document article text sentence target tgt trg output outputs "
    "answer summary translation highlights word phonemes pronunciation split"
)
USUAL = frozenset(NAMES.split())


def load_rows(settings: DataSettings, schema: Schema | None = None) -> Found:
    """Read every row; files that come after the training are read by its schema.

    Raises:
        UserError: there are no rows, or files contradict each other.
    """
    columns = (settings.source_column, settings.target_column)
    asked = tuple(name for name in columns if name)
    expected = Expected(asked, USUAL, unnamed=("source", "target"))
    return read_rows(Path(settings.dataset_path), schema=schema, expected=expected)
