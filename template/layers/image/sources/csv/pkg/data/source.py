"""Images and a CSV file of targets: `path,price` and then `images/1.jpg,9.50`."""

import csv
from functools import partial
from pathlib import Path

from ..engine.errors import UserError
from ..task.targets import encode_targets
from .samples import Samples, read_file
from .settings import DataSettings

CELLS = "not as many cells as in the header"


def load_samples(settings: DataSettings) -> Samples:
    """Read the table; image paths start at its folder, or are absolute.

    Raises:
        UserError: the table or an image is missing or listed twice, or the columns do not fit.
    """
    table = find_table(Path(settings.dataset_path))
    rows, broken = read_rows(table)
    header = list(next(iter(rows.values())))
    if (table.parent / header[0]).is_file():
        raise UserError(f"{table} line 1: {header[0]!r} is an image, but the header is missing")
    path = "path" if "path" in header else header[0]
    columns = settings.target_columns or [name for name in header if name != path]
    if unknown := [name for name in columns if name not in header]:
        raise UserError(f"data.target_columns: {table} has no {unknown}, but {header}")

    places = [f"{table} line {number}" for number in rows]
    first: dict[str, str] = {}
    for row, place in zip(rows.values(), places, strict=True):
        if not (table.parent / row[path]).is_file():
            raise UserError(f"{place}: no image {row[path]!r} in {table.parent.resolve()}")
        if (before := first.setdefault(row[path], place)) is not place:
            raise UserError(f"{place}: {row[path]!r} stands in {before} too")
    cells = {name: [row[name] for row in rows.values()] for name in columns}
    targets, output_names = encode_targets(settings, cells, places)
    read = partial(read_file, table.parent)
    return Samples(settings, read, list(first), targets, output_names, broken=broken)


def find_table(path: Path) -> Path:
    """Return the CSV file: `path` itself, or the only one in the folder `path`.

    Raises:
        UserError: there is none, or more than one.
    """
    tables = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    place = f"data.dataset_path: {path} ({path.resolve()})"
    if not path.exists():
        raise UserError(f"{place} does not exist")
    if len(tables) != 1 or tables[0].suffix.lower() != ".csv":
        raise UserError(f"{place} must be a CSV file, or a folder with one in it")
    return tables[0]


def read_rows(table: Path) -> tuple[dict[int, dict[str, str]], dict[int, str]]:
    """Return the rows by their line in the file, and what is wrong with the others.

    Raises:
        UserError: the file is no CSV in UTF-8, or has no whole row.
    """
    rows, broken = {}, {}
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                if None in row or None in row.values():
                    broken[reader.line_num] = f"{table} line {reader.line_num}: {CELLS}"
                else:
                    rows[reader.line_num] = row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"data.dataset_path: {table} is no CSV in UTF-8: {error}") from error
    if broken and not rows:
        raise UserError(next(iter(broken.values())))
    if not rows or len(next(iter(rows.values()))) < 2:
        raise UserError(
            f"data.dataset_path: {table} needs rows with an image path and a target, "
            "separated by commas"
        )
    return rows, broken
