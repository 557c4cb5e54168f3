"""Texts as people write them down, read by the layers where they stand."""

from pathlib import Path
from typing import Any

from stacks import Stack, stack

BASE = ("base", "engine", "text", "table/encodings", "table/dialect", "text/rows")
ROWS = ("text/samples", "text/rows/tables")
LABELS, WORDS = (*BASE, *ROWS, "text/labels"), (*BASE, *ROWS, "text/rows/columns", "text/words")
PAIRS, CORPUS = (*BASE, *ROWS, "text/pairs"), (*BASE, "text/corpus")
TABLE = stack(*LABELS, "text/labels/sources/table")
FOLDER = stack(*LABELS, "text/labels/sources/folder")
WORD_TABLE = stack(*WORDS, "text/words/sources/table")
CONLL = stack(*WORDS, "text/words/sources/conll")
PAIR_TABLE = stack(*PAIRS, "text/pairs/sources/table")
PARALLEL = stack(*PAIRS, "text/pairs/sources/parallel")
FILES = stack(*CORPUS, "text/corpus/sources/files")


def write(folder: Path, **files: str | bytes) -> Path:
    """Write files, called after their keys: `_` stands for a point, `__` for a folder."""
    for key, content in files.items():
        path = folder / key.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def settings(project: Stack, path: Path, **changes: Any) -> Any:
    return project.load("data.settings").DataSettings(dataset_path=str(path), **changes)


def load(project: Stack, path: Path, schema: Any = None, **changes: Any) -> Any:
    """Return what a source finds."""
    source = project.load("data.source")
    find = source.find_corpus if project is FILES else source.load_rows
    return find(settings(project, path, **changes), schema)


def cells(found: Any) -> list[list[Any]]:
    """Return the cells of each row."""
    return [[*row] for row in zip(*found.columns.values(), strict=True)]


def broken(found: Any) -> dict[str, str]:
    """Return what is wrong, by the last two words of its place, such as `line 7`."""
    return {" ".join(place.split()[-2:]): reason for place, reason in found.broken}
