"""Files of CoNLL: columns of words and labels, one file or one for each split."""

import zlib
from pathlib import Path
from typing import Any

from ...engine.errors import UserError
from ..found import Found
from ..schema import Schema
from .columns import Sentences, read_columns
from .text_files import (
    TextFile,
    describe_left_out,
    is_plain,
    list_files,
    short,
    with_splits,
)
from .text_formats import COLUMNS, TABLES, content_of, is_columns, plain_suffix, refuse
from .text_lines import read_text

WANTED = "columns of words and labels, with a blank line after each sentence"
SUFFIXES = (*COLUMNS, ".txt", ".tsv", ".train", ".dev", ".test", ".testa", ".testb")


def read_conll(
    root: Path,
    setting: str = "data.dataset_path",
    schema: Schema | None = None,
    labelled: bool = True,
) -> Found:
    """Read every sentence: columns `tokens`, `tags` and `lines`, lists of one item a word.

    Sentences with a line that has not all columns are noted, and left out.

    Args:
        root: A file or a folder.
        setting: The name of `root` in messages.
        schema: What was learnt of the files that trained.
        labelled: Whether a file of words alone is refused; otherwise their tags are "".

    Raises:
        UserError: there are no sentences, or files contradict each other.
    """
    files, others = find_files(root, setting, labelled)
    usual = schema.file.get("encoding", "") if schema else ""
    columns: dict[str, list[Any]] = {"tokens": [], "tags": [], "lines": []}
    found = Found(columns, [], said=describe_left_out(others, root))
    given = list[str]()
    for each in files:
        sentences = read_file(each.path, root, usual, found, setting, labelled)
        columns["tokens"] += sentences.words
        columns["tags"] += sentences.labels
        columns["lines"] += sentences.lines
        found.places += [f"{each.path} line {lines[0]}" for lines in sentences.lines]
        found.broken += [(f"{each.path} line {line}", why) for line, why in sentences.broken]
        given += [each.split] * len(sentences.lines)
    if not found.places:
        problem = "it has no sentences"
        if found.broken:
            problem = f"{found.broken[0][0]}: {found.broken[0][1]}"
        raise UserError(f"{setting}: {root} ({root.resolve()}): {problem}")
    found.given = given if any(given) else None
    return found


def find_files(root: Path, setting: str, labelled: bool) -> tuple[list[TextFile], list[Path]]:
    """Return the files of columns with their splits, and the files that are none.

    Raises:
        UserError: there are none.
    """
    files = list_files(root) if root.exists() else []
    sure = [file for file in files if plain_suffix(file) in COLUMNS]
    # Treebanks have their plain text in .txt files beside.
    chosen = files if root.is_file() else sure or [file for file in files if may_be(file)]
    if not any(is_columns(file) or has_columns(file, labelled) for file in chosen):
        raise refuse(root, "conll", WANTED, setting)
    others = [file for file in files if file not in {*chosen}]
    return with_splits(chosen, root, setting), others


def may_be(file: Path) -> bool:
    """Say whether a file may hold columns, by its name and its first bytes."""
    name = file.name.lower().removesuffix(".gz")
    return (name.endswith(SUFFIXES) and not content_of(file)) or is_columns(file)


def has_columns(file: Path, labelled: bool) -> bool:
    """Say whether a file has columns of whatever labels: few different ones, of most lines."""
    if plain_suffix(file) in TABLES or content_of(file):
        return False
    try:
        found = read_columns(read_text(file)[0], labelled)
    except (OSError, ValueError, EOFError, zlib.error):
        return False
    labels = [label for sentence in found.labels for label in sentence]
    return len(found.words) > len(found.broken) and 2 * len({*labels}) <= len(labels)


def read_file(
    file: Path, root: Path, usual: str, found: Found, setting: str, labelled: bool
) -> Sentences:
    """Read the sentences of a file; add what is odd to `found`.

    Raises:
        UserError: it is no text.
    """
    try:
        text, encoding = read_text(file, usual)
    except (OSError, ValueError, EOFError, zlib.error) as error:
        problem = f"{short(file, root)} cannot be read: {error}"
        raise UserError(f"{setting}: {root} ({root.resolve()}): {problem}") from None
    sentences = read_columns(text, labelled)
    name = "" if file == root else f"{short(file, root)}: "
    if not is_plain(encoding):
        odd = next((line for line in text.split("\n") if not line.isascii()), "").strip()
        words = f"it is read as {encoding}, not UTF-8: {odd[:60]!r}"
        found.said.append(f"{name}{words}")
    if sentences.layout and not any(sentences.layout in words for words in found.said):
        found.said.append(f"{sentences.layout}, as in {file.name}")
    found.said += [f"{name}{words}" for words in sentences.said]
    found.file = found.file or {"format": "conll", "encoding": encoding}
    return sentences
