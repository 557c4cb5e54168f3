"""Texts that predict.py is to go on with."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..engine.errors import UserError

KEYS = ("prompt", "text")  # of a line of JSON
SUFFIXES = (".txt", ".jsonl")
Prompt = tuple[dict[str, Any], str | UserError]


def read_prompts(paths: Sequence[str]) -> Iterator[Prompt]:
    """Yield the texts of files, and of the files in folders; each with its file and line."""
    for name in paths:
        path = Path(name)
        if path.is_dir():
            for suffix in SUFFIXES:
                for inside in sorted(path.rglob(f"*{suffix}")):
                    yield from read_file(inside)
        else:
            yield from read_file(path)


def read_file(path: Path) -> Iterator[Prompt]:
    """Yield the text of a .txt file, without the line end after it; or those of a .jsonl file."""
    record: dict[str, Any] = {"input": str(path)}
    if path.suffix.lower() not in SUFFIXES:
        yield record, UserError(f"{path} is no {' or '.join(SUFFIXES)}")
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        yield record, UserError(f"{path} cannot be read as UTF-8: {error}")
        return
    if path.suffix.lower() == ".txt":
        prompt = text.removesuffix("\n")
        yield record | {"prompt": prompt}, prompt
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield read_line(f"{path}:{number}", line)


def read_line(place: str, line: str) -> Prompt:
    """Return the text of a line of JSON."""
    record: dict[str, Any] = {"input": place}
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        return record, UserError(f"{place} is no JSON: {error}")
    found = [values[key] for key in KEYS if key in values] if isinstance(values, dict) else [values]
    if not found or not isinstance(found[0], str):
        return record, UserError(f"{place} has no text under {' or '.join(KEYS)}")
    return record | {"prompt": found[0]}, found[0]
