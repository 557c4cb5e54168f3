"""Where the words and their labels are in the rows of a source, and whether a row has both."""

from collections.abc import Sequence
from typing import Any

from ..engine.errors import UserError
from .found import Found, find_column, is_missing, require_column
from .schema import Schema
from .settings import DataSettings

WORDS = ("tokens", "words", "token", "word", "form", "sentence", "text")
TAGS = (
    *("ner_tags", "ner", "tags", "labels", "tag", "label", "entities", "bio", "iob", "pos_tags"),
    *("pos", "upos", "xpos", "chunk_tags", "targets", "target"),
)


def find_words(found: Found, settings: DataSettings, schema: Schema | None) -> str:
    """Return the column of the words: as it is set, as it was in training, or by its name.

    Raises:
        UserError: there is no such column, or none that holds lists of words.
    """
    columns = [*found.columns]
    if settings.word_column:
        require_column(columns, settings.word_column, "data.word_column asks for")
        return settings.word_column
    if schema and schema.columns["sentence"] in columns:
        return str(schema.columns["sentence"])
    lists = [name for name in columns if has_lists(found.columns[name])]
    name = find_column(lists, WORDS)
    if name is None:
        raise UserError(f"data.word_column: which of {columns} holds lists of words? Name it")
    return name


def find_tags(
    found: Found, words: str, settings: DataSettings, schema: Schema | None, said: list[str]
) -> str:
    """Return the column of the labels: as it is set, as it was in training, or by its name.

    Raises:
        UserError: there is no such column, or nothing tells which it is.
    """
    columns = [name for name in found.columns if name != words]
    if settings.tag_column:
        require_column(columns, settings.tag_column, "data.tag_column asks for")
        return settings.tag_column
    if schema and schema.columns["tags"] in columns:
        return str(schema.columns["tags"])
    lists = [name for name in columns if name != "lines" and has_lists(found.columns[name])]
    name = find_column(lists, TAGS) or (lists[0] if len(lists) == 1 else None)
    if name is None:
        raise UserError(f"data.tag_column: which of {columns} holds the labels of words? Name it")
    if len(lists) > 1:
        others = ", ".join(repr(other) for other in lists if other != name)
        said.append(f"the labels are those of column {name!r} (data.tag_column), not {others}")
    return name


def has_lists(cells: Sequence[Any]) -> bool:
    """Say whether most cells of a column are lists."""
    return 2 * sum(isinstance(cell, list) for cell in cells) > len(cells)


def why_no_words(cell: Any, column: str) -> str:
    """Say why a cell of a column is no list of words; "" if it is one."""
    if not isinstance(cell, list):
        return f"the words are no list but {type(cell).__name__}, column {column!r}"
    if not cell:
        return f"the sentence is empty, column {column!r}"
    for number, word in enumerate(cell, 1):
        if not isinstance(word, str | int | float) or isinstance(word, bool):
            return f"word {number} is no text but {type(word).__name__}, column {column!r}"
        try:
            str(word).encode()
        except UnicodeError:
            return f"word {number} holds half a character (a surrogate), column {column!r}"
    return ""


def why_no_tags(cell: Any, column: str, words: Sequence[Any]) -> str:
    """Say why a cell of a column is no list of labels, one for each word; "" if it is one."""
    if not isinstance(cell, list):
        return f"the labels are no list but {type(cell).__name__}, column {column!r}"
    if len(cell) != len(words):
        return f"there are {len(words)} words, but {len(cell)} labels, column {column!r}"
    for number, label in enumerate(cell, 1):
        if is_missing(label):
            return f"word {number}, {str(words[number - 1])!r}, has no label, column {column!r}"
    return ""
