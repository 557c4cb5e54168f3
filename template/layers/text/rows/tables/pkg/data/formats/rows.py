"""The rows of any table that a project of texts reads: in training, and for predict.py."""

from pathlib import Path

from ..found import Found
from ..schema import Schema
from .headers import Expected
from .table_rows import read_tables
from .text_formats import TABLES

SUFFIXES = (*TABLES, *(f"{suffix}.gz" for suffix in TABLES if suffix not in (".parquet", ".pq")))


def read_rows(
    path: Path,
    setting: str = "data.dataset_path",
    schema: Schema | None = None,
    expected: Expected | None = None,
) -> Found:
    """Read the rows of a file, or of all tables in a folder.

    Args:
        path: A file or a folder.
        setting: The name of `path` in messages.
        schema: What was learnt of the files that trained; others are read like them.
        expected: What is known of the columns, where there is no schema.

    Raises:
        UserError: there are no rows, or files contradict each other.
    """
    if schema is None:
        return read_tables(path, expected or Expected(), {}, setting)
    header = tuple(schema.header)
    return read_tables(path, Expected(header, unnamed=header), schema.file, setting)
