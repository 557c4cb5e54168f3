"""Lists that stand in the cells of a CSV file, and sentences that stand in it word by word."""

import ast
import json
import re
from collections.abc import Sequence
from typing import Any

from ..found import Found, as_name

SENTENCES = ("sentence", "sentenceid", "sentid", "sentencenumber")  # columns that count sentences
WORDS = ("word", "token", "words", "tokens")


def read_lists(found: Found) -> None:
    """Turn texts that are lists into lists; join rows of one word each into sentences."""
    names = {as_name(name): name for name in found.columns}
    sentence = next((names[name] for name in SENTENCES if name in names), None)
    word = next((names[name] for name in WORDS if name in names), None)
    if sentence and word and not any(isinstance(x, list) for x in found.columns[word]):
        join_words(found, sentence)
        return
    for name, cells in found.columns.items():
        texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
        if texts and all(map(is_list, texts)):
            found.columns[name] = [as_list(cell) for cell in cells]


def is_list(cell: str) -> bool:
    """Say whether a cell looks like a list of Python, JSON or numpy."""
    return cell.strip()[:1] == "[" and cell.strip()[-1:] == "]"


def as_list(cell: Any) -> Any:
    """Return the list that a text is; the cell itself where it is none."""
    if not isinstance(cell, str):
        return cell
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(cell)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list) and not is_glued(cell, value):
            return [x if isinstance(x, str | int) else str(x) for x in value]
    return unquote(cell)


def is_glued(cell: str, value: Sequence[Any]) -> bool:
    """Say whether Python joined texts that no comma parts, as in `['a' 'b']` of numpy."""
    return len(value) == 1 and bool(re.search(r"""['"]\s+['"]""", cell))


def unquote(cell: str) -> Any:
    """Return the texts in `['a' 'b']`, which numpy writes; or the cell, which then is no list."""
    found = re.findall(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""", cell)
    return [one or other for one, other in found] or cell


def join_words(found: Found, sentence: str) -> None:
    """Make one row of all rows of a sentence, whose number may stand in its first row alone."""
    numbers, current = list[Any](), None
    for cell in found.columns[sentence]:
        current = cell if cell not in (None, "") else current
        numbers.append(current)
    starts = [row for row in range(len(numbers)) if not row or numbers[row] != numbers[row - 1]]
    ends = [*starts[1:], len(numbers)]
    spans = list(zip(starts, ends, strict=True))
    for name, cells in found.columns.items():
        if name != sentence:
            found.columns[name] = [cells[begin:end] for begin, end in spans]
    found.columns[sentence] = [numbers[begin] for begin, _ in spans]
    found.places = [found.places[begin] for begin, _ in spans]
    found.given = found.given and [found.given[begin] for begin, _ in spans]
    found.said.append(
        f"{len(numbers)} rows of one word are {len(spans)} sentences, by {sentence!r}"
    )
