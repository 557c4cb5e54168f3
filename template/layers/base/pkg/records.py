"""Files of what a model says: a record for each input, with its name and the answer or an error."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .data.info import DataInfo
from .engine.errors import UserError

Record = dict[str, Any]
Writer = Callable[[Sequence[Record], Path, DataInfo], None]


def write_csv(records: Sequence[Record], path: Path, info: DataInfo) -> None:
    """Write a row for each record, below a header of all their keys."""
    write(path, as_csv(records).encode(errors="surrogateescape"))


def write_lines(records: Sequence[Record], path: Path, info: DataInfo) -> None:
    """Write a line of JSON for each record."""
    write(path, as_lines(records).encode(errors="backslashreplace"))  # an escape of JSON, too


def as_csv(records: Sequence[Record]) -> str:
    """Return a row for each record, and a header of all their keys."""
    text = io.StringIO()
    table = csv.DictWriter(text, dict.fromkeys(key for record in records for key in record))
    table.writeheader()
    table.writerows(records)
    return text.getvalue()


def as_lines(records: Sequence[Record]) -> str:
    """Return a line of JSON for each record."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def write(path: Path, content: bytes) -> None:
    """Write a file, or into a pipe.

    Raises:
        UserError: it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}") from None
