"""Documents of a file, one after the other: none of these holds a file in memory."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .corpus import Document
from .encodings import find_encoding, opened
from .text_files import TextFile, list_files, split_at, with_splits, words_of
from .text_formats import TABLES, content_of, plain_suffix, read_head, refuse

WANTED = "a corpus: .txt files, JSON Lines with `text`, or Parquet"
LINES = (".jsonl", ".ndjson", ".json")
PARQUET = (".parquet", ".pq")
TEXTS = (".txt", ".text", ".tokens", ".raw", ".md", ".rst", "")
COLUMNS = ("text", "content", "document", "body", "article", "story", "raw_content", "code")
PIECE = 2**20  # characters of a long text that are read together
BATCH = 256  # rows of Parquet that are read together
LOOKED = 100  # lines that are looked at to find the column of texts


def find_files(root: Path) -> tuple[list[TextFile], list[Path]]:
    """Return the files of a corpus with their splits, and the files that are none.

    Raises:
        UserError: there are none.
    """
    saved = any((root / name).exists() for name in ("state.json", "dataset_dict.json"))
    files = list_files(root) if root.exists() and not saved else []
    chosen = [file for file in files if may_be(file, root)]
    if not chosen:
        raise refuse(root, "files", WANTED)
    others = [file for file in files if file not in {*chosen}]
    if any(is_train(file) for file in chosen) or all(split_at(file, root) for file in chosen):
        return with_splits(chosen, root, "data.dataset_path"), others
    return [TextFile(file, "") for file in chosen], others  # books may be called what they like


def is_train(file: Path) -> bool:
    """Say whether a file is called train, and nothing else."""
    return words_of(file.name.partition(".")[0]) in (["train"], ["training"])


def may_be(file: Path, root: Path) -> bool:
    """Say whether a file may hold documents, by its name and its first bytes.

    One that is named itself, at `root`, may have any suffix but those of other tables.
    """
    suffix = plain_suffix(file)
    if suffix in PARQUET:
        return True
    known = suffix in (*TEXTS, *LINES) or (file == root and suffix not in TABLES)
    return known and not content_of(file)


def sniff(path: Path, usual: str) -> tuple[str, str]:
    """Return the encoding of a file, "" of Parquet, and its column of texts, "" of plain text.

    Raises:
        OSError: it cannot be opened.
        ValueError: it is no text, or has no column of texts.
    """
    suffix = plain_suffix(path)
    if suffix in PARQUET:
        with pq.ParquetFile(path) as file:
            kinds = {field.name: field.type for field in file.schema_arrow}
        names = [k for k, kind in kinds.items() if pa.types.is_string(kind) or is_large(kind)]
        return "", choose(names)
    encoding = find_encoding(path, usual)
    if suffix not in LINES:
        return encoding, ""
    if read_head(path)[:1] == "[":
        raise ValueError("it is one list: write one object in each line")
    counts = Counter[str]()
    with opened(path, encoding) as opened_file:
        for line in islice(opened_file, LOOKED):
            row = as_object(line)
            counts.update(name for name, value in row.items() if isinstance(value, str))
    return encoding, choose([name for name, _ in counts.most_common()])


def is_large(kind: Any) -> bool:
    """Say whether a type of Arrow is one of long texts, or of few different ones."""
    return bool(pa.types.is_large_string(kind) or pa.types.is_dictionary(kind))


def choose(names: list[str]) -> str:
    """Return the column of the texts: by its name, or the only one.

    Raises:
        ValueError: there is none.
    """
    plain = {name.lower(): name for name in reversed(names)}
    if known := next((plain[name] for name in COLUMNS if name in plain), ""):
        return known
    if len(names) == 1:
        return names[0]
    raise ValueError(f"its texts should be in 'text', but it has {names or 'no texts'}")


def as_object(line: str) -> dict[str, Any]:
    """Return the object in a line; an empty one where there is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def read_text_of(path: Path, encoding: str, start: int = 0) -> Iterator[Document]:
    r"""Yield a text in pieces of about a megabyte that end where lines do, with \n at their ends.

    Args:
        path: The file.
        encoding: Of its bytes.
        start: Pieces to pass over.
    """
    with opened(path, encoding) as file:
        number, rest, place = 0, "", str(path)
        while part := file.read(PIECE):
            if cut := find_cut(rest):
                if number >= start:
                    yield Document(place, plain(rest[:cut]), number == 0)
                number, rest = number + 1, rest[cut:]
            rest += part
        if number >= start:
            yield Document(place, plain(rest), number == 0)


def find_cut(text: str) -> int:
    """Return where to cut a text of which more follows: after its last line; 0: not yet."""
    cut = text.rfind("\n") + 1 if len(text) >= PIECE else 0
    if not cut and len(text) > 4 * PIECE:  # a line that does not end
        cut = len(text) - 1  # a line end is two characters at most
    return cut


def plain(text: str) -> str:
    r"""Return a text with \n as its line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def read_lines_of(path: Path, encoding: str, column: str, start: int = 0) -> Iterator[Document]:
    """Yield the document in each line of JSON, or what is wrong with it.

    Args:
        path: The file.
        encoding: Of its bytes.
        column: The key of the texts.
        start: Documents to pass over.
    """
    with opened(path, encoding) as file:
        filled = (
            (number, line) for number, line in enumerate(file, 1) if line.strip("\ufeff \r\n\t")
        )
        for number, line in islice(filled, start, None):
            yield as_document(f"{path} line {number}", line, column)


def as_document(place: str, line: str, column: str) -> Document:
    """Return the document in a line of JSON, or one that says what is wrong with it."""
    try:
        row = json.loads(line.strip("\ufeff \r\n\t"))
    except json.JSONDecodeError as error:
        return Document(place, "", problem=f"no JSON: {error.msg}, character {error.pos + 1}")
    except (ValueError, RecursionError) as error:
        return Document(place, "", problem=f"no JSON: {error}")
    if not isinstance(row, dict):
        return Document(place, "", problem="it is no object with a text")
    return check(place, row.get(column), column)


def check(place: str, text: Any, column: str) -> Document:
    """Return a document, or one that says why its text cannot be used."""
    if not isinstance(text, str):
        problem = f"{column!r} is missing" if text is None else f"{column!r} is no text"
        return Document(place, "", problem=problem)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        problem = f"{column!r} holds one half of a surrogate pair, which is no character"
        return Document(place, "", problem=problem)
    return Document(place, text)


def read_parquet_of(path: Path, column: str, start: int = 0) -> Iterator[Document]:
    """Yield the document in each row of a Parquet file, or what is wrong with it.

    Args:
        path: The file.
        column: Of the texts.
        start: Documents to pass over.
    """
    number = 0
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            count = file.metadata.row_group(group).num_rows
            if number + count <= start:
                number += count
                continue
            for batch in file.iter_batches(BATCH, row_groups=[group], columns=[column]):
                for text in batch.column(0).to_pylist():
                    if number >= start:
                        yield check(f"{path} row {number + 1}", text, column)
                    number += 1
