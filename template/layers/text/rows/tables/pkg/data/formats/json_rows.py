"""Rows of JSON: one object in each line, or a list of objects in a file."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .text_files import is_plain
from .text_lines import read_text


class FileRows(NamedTuple):
    """The rows of one file."""

    columns: dict[str, list[Any]]  # N cells each, by name; None: missing
    numbers: list[int]  # N: lines, or rows from 1 on
    broken: list[tuple[int, str]]  # the numbers of others, and what is wrong with them
    said: list[str]  # what is odd, in words
    facts: dict[str, str]  # format, encoding, delimiter
    counted: str = "line"  # what the numbers count


class ObjectError(ValueError):
    """A row that is JSON, but no object of columns."""


def read_json(path: Path, usual: str = "") -> FileRows:
    """Read the objects of a file; what is wrong with a line is noted, and not the end.

    Args:
        path: The file, packed or not.
        usual: Encoding to try where it is not UTF-8.

    Raises:
        OSError: it cannot be opened.
        ValueError: it is no text, or another JSON.
    """
    text, encoding = read_text(path, usual)
    text = text.removeprefix("\ufeff")
    said = [] if is_plain(encoding) else [f"it is read as {encoding}, not UTF-8"]
    facts = {"format": "jsonl", "encoding": encoding}
    whole = read_whole(text, said)
    rows, broken = list[dict[str, Any]](), list[tuple[int, str]]()
    numbers = list[int]()
    for number, item in enumerate_lines(text) if whole is None else enumerate(whole, 1):
        try:
            row = parse(item) if isinstance(item, str) and whole is None else as_row(item)
        except ValueError as error:
            broken.append((number, str(error)))
            continue
        rows.append(row)
        numbers.append(number)
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name) for row in rows] for name in names}
    counted = "line" if whole is None else "item"
    return FileRows(columns, numbers, broken, said, facts, counted)


def enumerate_lines(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield the lines that are not blank with their numbers; \n alone ends a line."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def read_whole(text: str, said: list[str]) -> Sequence[Any] | None:
    """Return the items of a file that is one list, or an object that holds one; None for lines.

    Raises:
        ValueError: it is one object that holds no rows.
    """
    start = text.lstrip()
    first = start.partition("\n")[0].strip()
    if not start or start[0] not in "[{" or (is_json(first) and start.strip() != first):
        return None
    try:
        content = json.loads(text, parse_constant=missing)
    except ValueError as error:
        if start[0] == "[":
            raise ValueError(f"it begins like a list, but is no JSON: {error}") from None
        return None
    if isinstance(content, list):
        return content
    lists = [name for name, rows in content.items() if is_rows(rows)]
    if len(lists) == 1:
        said.append(f"the rows are those in {lists[0]!r}")
        rows: list[Any] = content[lists[0]]
        return rows
    if start.strip() == first:  # one line, one row
        return None
    raise ValueError("it is one object: write a list of objects, or one object in each line")


def is_json(line: str) -> bool:
    """Say whether a line is JSON by itself."""
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def is_rows(value: Any) -> bool:
    """Say whether a value is a list of objects."""
    return isinstance(value, list) and bool(value) and all(isinstance(x, dict) for x in value)


def parse(line: str) -> dict[str, Any]:
    """Return the object that a line holds.

    Raises:
        ValueError: it is no JSON, or no object, or names a key twice.
    """
    try:
        content = json.loads(line, parse_constant=missing, object_pairs_hook=as_object)
    except ObjectError:
        raise
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error.msg}, character {error.pos + 1}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from None
    return as_row(content)


def as_row(content: Any) -> dict[str, Any]:
    """Return content that is an object.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(content, dict):
        kind = {list: "a list", str: "a text", type(None): "null"}.get(type(content), "a number")
        raise ObjectError(f"it is {kind}, but a row is an object, such as " + '{"text": …}')
    return content


def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object.

    Raises:
        ValueError: a key stands twice, and would hide the first.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ObjectError(f"the key {twice!r} stands in it twice")
    return found


def missing(name: str) -> None:
    """Return no value for NaN and Infinity, which some programs write."""
    return None
