"""Images and a CSV file of targets: `path,price` and then `images/1.jpg,9.50`."""

import csv
from functools import partial
from itertools import islice
from pathlib import Path

from ..engine.errors import UserError
from ..task.targets import encode_targets
from .formats.dialect import DELIMITERS, find_dialect, read_rows
from .formats.encodings import opened
from .formats.image_files import read_file, shown
from .samples import Samples
from .settings import DataSettings

CELLS = "not as many cells as in the header"
UNNAMED = ("", "Unnamed: 0")  # the index that pandas writes
SUFFIXES = (".csv", ".tsv")


def load_samples(settings: DataSettings) -> Samples:
    """Read the table; image paths start at its folder, or are absolute.

    Raises:
        UserError: the table or an image is missing or listed twice, or the columns do not fit.
    """
    table = find_table(Path(settings.dataset_path))
    rows, broken = read_table(table)
    header = list(next(iter(rows.values())))
    if (table.parent / header[0]).is_file():
        raise UserError(f"{table} line 1: {header[0]!r} is an image, but the header is missing")
    path = find_path(table, rows)
    columns = settings.target_columns or [name for name in header if name != path]
    if unknown := [name for name in columns if name not in header]:
        raise UserError(f"data.target_columns: {table} has no {unknown}, but {header}")

    places = [f"{table} line {number}" for number in rows]
    first: dict[str, str] = {}
    for row, place in zip(rows.values(), places, strict=True):
        if not (table.parent / row[path]).is_file():
            name, folder = shown(row[path]), table.parent.resolve()
            raise UserError(f"{place}: no image {name!r} in {folder}, by the column {path!r}")
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
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    tables = [file for file in files if file.suffix.lower() in SUFFIXES]
    place = f"data.dataset_path: {path} ({path.resolve()})"
    if not path.exists():
        raise UserError(f"{place} does not exist")
    if len(tables) != 1:
        raise UserError(f"{place} must be a CSV file, or a folder with one in it")
    return tables[0]


def find_path(table: Path, rows: dict[int, dict[str, str]]) -> str:
    """Return the column of image paths: `path`, or the one whose first cell is a file."""
    row = next(iter(rows.values()))
    files = [name for name, cell in row.items() if cell and (table.parent / cell).is_file()]
    return "path" if "path" in row else next(iter(files), next(iter(row)))


def read_table(table: Path) -> tuple[dict[int, dict[str, str]], dict[str, str]]:
    """Return the rows by their line in the file, and what is wrong with the others.

    A first column without a name is the index that pandas writes, and left out.

    Raises:
        UserError: the file is no CSV, or has no whole row.
    """
    rows, broken, said = dict[int, dict[str, str]](), dict[str, str](), list[str]()
    header = list[str]()
    try:
        dialect = find_dialect(table, said)
        with opened(table, dialect.encoding) as file:
            reader = read_rows(islice(file, dialect.skipped, None), dialect.delimiter)
            for cells in reader:
                line = dialect.skipped + reader.line_num
                if not header:
                    header = [cell.removeprefix(dialect.mark).strip() for cell in cells]
                elif len(cells) == len(header):
                    rows[line] = dict(zip(header, cells, strict=True))
                elif cells:
                    broken[f"line {line}"] = f"{table} line {line}: {CELLS}"
    except (OSError, ValueError, csv.Error) as error:
        raise UserError(f"data.dataset_path: {table} is no CSV: {error}") from error
    if len({*header}) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise UserError(f"data.dataset_path: {table} has two columns called {twice!r}")
    if broken and not rows:
        raise UserError(next(iter(broken.values())))
    if header and header[0] in UNNAMED and len(header) > 2:
        said.append("the first column has no name: an index, which is left out")
        rows = {line: dict(islice(row.items(), 1, None)) for line, row in rows.items()}
    for words in said:
        print(f"note: {table}: {words}")
    if not rows or len(header) < 2:
        raise UserError(
            f"data.dataset_path: {table} needs rows with an image path and a target, "
            f"separated by one of {DELIMITERS!r}"
        )
    return rows, broken
