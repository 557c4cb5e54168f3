"""Reading a table from a CSV or Parquet file."""

import csv
import gzip
import re
import zlib
from pathlib import Path

import pandas as pd

from ..engine.errors import UserError

BINARY = (".parquet", ".pq")
SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", *BINARY)


def read_table(path: Path, setting: str = "data.dataset_path") -> pd.DataFrame:
    """Read the rows of a file, or of the only table in a folder; the suffix says its kind.

    The index numbers the rows: by lines in a text file, from 1 on in others.

    Raises:
        UserError: the file is missing, of another kind, broken or empty.
    """
    where = f"{setting}: {path.resolve()}"
    if not path.exists():
        raise UserError(f"{where} does not exist")
    files = path.iterdir() if path.is_dir() else [path]
    tables = [file for file in files if file.name.lower().endswith(SUFFIXES) and file.is_file()]
    if len(tables) != 1:
        problem = f"a table is one file of {', '.join(SUFFIXES)}, or the only one in a folder"
        raise UserError(f"{where} holds {len(tables)} tables, but {problem}")
    try:
        binary = tables[0].suffix.lower() in BINARY
        frame = pd.read_parquet(tables[0]).reset_index(drop=True) if binary else read_csv(tables[0])
    except UnicodeError as error:
        raise UserError(f"{where} cannot be read, save it as UTF-8: {error}") from None
    except (OSError, ValueError, EOFError, zlib.error) as error:  # pyarrow's are these, too
        problem = str(error).splitlines()[0]
        raise UserError(f"{where} cannot be read: {problem}") from None
    if not len(frame):
        problems = [reason for _, reason in frame.attrs.get("broken", [])]
        raise UserError(f"{where} {problems[0] if problems else 'has no rows'}")
    if binary:
        frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    frame.columns = pd.Index([str(name).strip() for name in frame])
    if not frame.columns.is_unique:
        raise UserError(f"{where}: two columns of {[*frame]} have the same name")
    return frame


def read_csv(path: Path) -> pd.DataFrame:
    """Read UTF-8 text without broken rows, (line, reason) of which are in `attrs`."""
    start = gzip.open if path.suffix.lower() == ".gz" else open
    with start(path, "rt", newline="", encoding="utf-8-sig") as file:
        header = file.readline()
        delimiter = max(",;\t|", key=header.count)
        file.seek(0)
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        lines, skipped, broken = list[int](), [0], list[tuple[int, str]]()
        try:
            names = next(rows, [])
            if any(re.fullmatch(r"[+-]?\d+\.\d+", name.strip()) for name in names):
                print(f"warning: line 1 of {path} is taken for the header: {names}")
            # pandas fills short rows up and takes an index from long ones: look first
            for number, row in enumerate(rows, 1):
                blank = len(row) < 2 and not "".join(row).strip()
                if len(row) == len(names) and not blank:
                    lines.append(rows.line_num)
                    continue
                skipped.append(number)
                if not blank:
                    fields = f"{len(row)} fields, but the header has {len(names)}"
                    broken.append((rows.line_num, f"line {rows.line_num} has {fields}"))
        except csv.Error as error:
            raise ValueError(f"line {rows.line_num}: {error}") from None
    frame = pd.read_csv(
        path,
        sep=delimiter,
        encoding="utf-8-sig",
        header=None,
        names=range(len(names)),
        na_values=["?"],
        low_memory=False,
        skiprows=skipped,
    )
    frame.columns, frame.index = pd.Index(names), pd.Index(lines, name="line")
    frame.attrs["broken"] = broken
    return frame
