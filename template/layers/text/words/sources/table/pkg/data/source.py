"""Sentences in tables with a list of words and a list of labels in each row.

They are JSON Lines, Parquet or CSV with lists such as `["Oslo", "."]` in cells;
`data.dataset_path` is a file, or a folder of them, such as train.jsonl, valid.jsonl, test.jsonl.
"""

from pathlib import Path

from .formats.headers import Expected
from .formats.list_cells import read_lists
from .formats.rows import read_rows
from .found import Found
from .schema import Schema
from .settings import DataSettings

NAMES = "tokens words token word sentence text nertags labels tags postags label tag split"
USUAL = frozenset(NAMES.split())  # names that headers have, in small letters alone


def load_rows(settings: DataSettings, schema: Schema | None = None) -> Found:
    """Read every row; files that come after the training are read by its schema.

    Raises:
        UserError: there are no rows, or files contradict each other.
    """
    columns = (settings.word_column, settings.tag_column)
    asked = tuple(name for name in columns if name)
    found = read_rows(Path(settings.dataset_path), schema=schema, expected=Expected(asked, USUAL))
    read_lists(found)
    return found
