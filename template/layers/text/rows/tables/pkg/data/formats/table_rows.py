"""The rows of tables: CSV, TSV, JSON Lines and Parquet files, one or several."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...engine.errors import UserError
from ..found import Found
from .cell_types import settle
from .csv_rows import read_csv
from .headers import Expected
from .json_rows import FileRows, read_json
from .parquet_rows import read_parquet
from .text_files import SPLITS, TextFile, describe_left_out, list_files, short, with_splits
from .text_formats import TABLES, content_of, is_columns, plain_suffix, read_head, refuse

WANTED = "tables: CSV, TSV, JSON Lines or Parquet, also .gz"
SPLIT = "split"  # a column that says the split of each row


def read_tables(
    path: Path,
    expected: Expected,
    facts: dict[str, str] | None = None,
    setting: str = "data.dataset_path",
) -> Found:
    """Read the rows of a file, or of all tables in a folder.

    Files called train, val (valid, validation, dev) and test, or in folders called so, are the
    splits; so is a column `split`. Broken rows are noted with their lines.

    Args:
        path: A file or a folder.
        expected: What is known of the columns.
        facts: What the schema keeps of the files that trained.
        setting: The name of `path` in messages.

    Raises:
        UserError: there are no rows, or files contradict each other.
    """
    files, others = find_tables(path, setting)
    parts = [(each, read_file(each.path, path, expected, facts or {}, setting)) for each in files]
    check_columns(parts, path, expected, setting)
    found = join(parts, path)
    found.said += describe_left_out(others, path)
    if not found.places:
        problem = ": ".join(found.broken[0]) if found.broken else "it has no rows"
        raise UserError(f"{setting}: {path} ({path.resolve()}): {problem}")
    wrong = settle(found.columns, found.places, found.said)
    if wrong:
        found.broken += [(found.places[row], reason) for row, reason in wrong.items()]
        found = found.keep([row for row in range(len(found.places)) if row not in wrong])
    found.given = found.given or splits_in(found.columns, found.said)
    return found


def join(parts: Sequence[tuple[TextFile, FileRows]], root: Path) -> Found:
    """Return the rows of all files, end to end; None where a file has not a column of others."""
    found = Found({}, [], file=parts[0][1].facts)
    given = list[str]()
    names = dict.fromkeys(name for _, rows in parts for name in rows.columns)
    found.columns = {name: [] for name in names}
    for each, rows in parts:
        for name, cells in found.columns.items():
            cells += rows.columns.get(name, [None] * len(rows.numbers))
        place = f"{each.path} {rows.counted}"
        found.places += [f"{place} {number}" for number in rows.numbers]
        found.broken += [(f"{place} {number}", reason) for number, reason in rows.broken]
        name = "" if each.path == root else f"{short(each.path, root)}: "
        found.said += [f"{name}{words}" for words in rows.said]
        given += [each.split] * len(rows.numbers)
    found.given = given if any(given) else None
    return found


def find_tables(path: Path, setting: str) -> tuple[list[TextFile], list[Path]]:
    """Return the tables at a path with their splits, and the files that are none.

    Raises:
        UserError: there is none, or two files of one name are of other kinds.
    """
    files = list_files(path) if path.exists() else []
    saved = any((path / name).exists() for name in ("state.json", "dataset_dict.json"))
    tables = [] if saved else [file for file in files if plain_suffix(file) in TABLES]
    if not tables and not saved:  # a table may be called .txt, or have no suffix
        tables = [file for file in files if is_table(file)]
    if not tables or is_columns(tables[0]):
        raise refuse(path, "table", WANTED, setting)
    if other := next((words for file in tables if (words := wrong_content(file))), ""):
        raise UserError(
            f"{setting}: {path} ({path.resolve()}): {other}; a table is read as {WANTED}"
        )
    stems = [str(file).removesuffix(".gz").rpartition(".")[0] for file in tables]
    for stem in stems:
        if stems.count(stem) > 1:
            names = " and ".join(
                short(x, path) for x, own in zip(tables, stems, strict=True) if own == stem
            )
            problem = f"{names} are one table by their names: move all but one of them elsewhere"
            raise UserError(f"{setting}: {path} ({path.resolve()}): {problem}")
    return with_splits(tables, path, setting), [file for file in files if file not in {*tables}]


def is_table(file: Path) -> bool:
    """Say whether a file of text has rows of the same kind: JSON objects, or fields by tabs."""
    if content_of(file) or is_columns(file):
        return False
    lines = [line for line in read_head(file).split("\n")[:50] if line.strip()]
    objects = all(line.lstrip().startswith("{") for line in lines[:-1] or lines)
    return bool(lines) and (objects or all("\t" in line for line in lines[:-1] or lines))


def wrong_content(file: Path) -> str:
    """Say what a file is that only its suffix makes a table; "" if it may be one."""
    if plain_suffix(file) in (".parquet", ".pq"):
        return ""
    content = content_of(file)
    return f"{file.name} is {content}" if content else ""


def read_file(
    file: Path, root: Path, expected: Expected, facts: dict[str, str], setting: str
) -> FileRows:
    """Read one table by its suffix, or by what it holds.

    Raises:
        UserError: it is broken as a whole.
    """
    suffix = plain_suffix(file)
    try:
        if suffix in (".parquet", ".pq"):
            return read_parquet(file)
        start = read_head(file)
        if suffix in (".jsonl", ".ndjson", ".json") or (suffix not in TABLES and start[:1] == "{"):
            return read_json(file, facts.get("encoding", ""))
        return read_csv(file, expected, facts)
    except (OSError, ValueError, EOFError, zlib.error) as error:  # pyarrow's are these, too
        problem = (str(error).splitlines() or [type(error).__name__])[0]
        place = f"{setting}: {root} ({root.resolve()})"
        name = "" if file == root else f"{short(file, root)}: "
        raise UserError(f"{place}: {name}it cannot be read: {problem}") from None


def check_columns(
    parts: Sequence[tuple[TextFile, FileRows]], root: Path, expected: Expected, setting: str
) -> None:
    """Make sure that all files have the columns of the first one that trains.

    Raises:
        UserError: one lacks some, as a test file without labels does.
    """
    filled = [(each.path, rows) for each, rows in parts if rows.columns]
    trained = [(each.path, rows) for each, rows in parts if each.split == "train" and rows.columns]
    for file, rows in filled:
        first, wanted = (trained or filled)[0]
        wanted_names = {*wanted.columns} & ({*expected.asked} or {*wanted.columns})
        if lacking := [name for name in wanted.columns if name in wanted_names - {*rows.columns}]:
            problem = f"{short(file, root)} lacks the columns {lacking} of {short(first, root)}"
            advice = "add them, or move it elsewhere: predict.py takes rows without labels"
            raise UserError(f"{setting}: {root} ({root.resolve()}): {problem}: {advice}")


def splits_in(columns: dict[str, list[Any]], said: list[str]) -> list[str] | None:
    """Return the split of each row by the column `split`, which then is none of the data."""
    cells = [str(cell).strip().lower() for cell in columns.get(SPLIT, [])]
    splits = [SPLITS.get(cell, "") for cell in cells]
    if "train" not in splits or "" in splits or len({*splits}) < 2:
        return None
    counts = ", ".join(f"{name} {splits.count(name)}" for name in dict.fromkeys(splits))
    said.append(f"column {SPLIT!r} gives the splits: {counts}")
    del columns[SPLIT]
    return splits
