"""Pairs of texts as people write them, read by the layers where they stand."""

import csv
from collections.abc import Sequence
from pathlib import Path

from stacks import stack
from texts import ROWS

TASK = ("models/text/published", "models/text/lora", "models/text/seq2seq")
PAIRS = stack(
    *("base", "engine", *ROWS, "text/pairs", "text/pairs/sources/table"),
    *(*TASK, "tasks/generated", "tasks/seq2seq"),
)


def write(path: Path, rows: Sequence[Sequence[object]], *header: str) -> Path:
    """Write rows below a header."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path
