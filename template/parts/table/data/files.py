"""Reading a table from a CSV or Parquet file."""

import csv
from pathlib import Path

import pandas as pd

from ..errors import UserError

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
BINARY_SUFFIXES = (".parquet", ".pq")


def read_table(path: Path, setting: str = "data.dataset_path") -> pd.DataFrame:
    """Read the rows of a file; the kind follows from the suffix.

    Raises:
        UserError: the file is missing, of another kind, broken or empty.
    """
    where = f"{setting}: {path.resolve()}"
    if not path.exists():
        raise UserError(f"{where} does not exist")
    suffixes = ", ".join(TEXT_SUFFIXES + BINARY_SUFFIXES)
    if path.suffix.lower() not in TEXT_SUFFIXES + BINARY_SUFFIXES or path.is_dir():
        kind = "a folder" if path.is_dir() else f"of kind {path.suffix or 'unknown'!r}"
        raise UserError(f"{where} is {kind}, but a table is one file of {suffixes}")
    try:
        binary = path.suffix.lower() in BINARY_SUFFIXES
        frame = pd.read_parquet(path) if binary else read_csv(path)
    except (OSError, ValueError) as error:  # pyarrow's and unicode errors are these
        problem = str(error).splitlines()[0]
        raise UserError(f"{where} cannot be read: {problem}") from None
    if not len(frame):
        raise UserError(f"{where} has no rows")
    named = frame.set_axis([str(name).strip() for name in frame], axis=1)
    named.attrs["broken"] = frame.attrs.get("broken", [])
    return named


def read_csv(path: Path) -> pd.DataFrame:
    """Read UTF-8 text without broken rows, (number, reason) of which are in `attrs`."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        header = file.readline()
        delimiter = max(",;\t|", key=header.count)
        file.seek(0)
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        names = next(rows, [])
        if len(set(names)) < len(names):
            raise ValueError(f"two columns of {names} have the same name")
        broken = []  # pandas fills short rows up and takes an index from long ones: look first
        try:
            for number, row in enumerate(rows, 1):
                if row and len(row) != len(names):
                    fields = f"{len(row)} fields, but the header has {len(names)}"
                    broken.append((number, f"line {rows.line_num} has {fields}"))
        except csv.Error as error:
            raise ValueError(f"line {rows.line_num}: {error}") from None
    frame = pd.read_csv(
        path,
        sep=delimiter,
        encoding="utf-8-sig",
        na_values=["?"],
        low_memory=False,
        skiprows=[number for number, _ in broken],
    )
    frame.attrs["broken"] = broken
    return frame
