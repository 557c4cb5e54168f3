"""Which files a corpus has, and how each of them holds its texts."""

import json
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .encodings import find_encoding, opened
from .text_files import TextFile, list_files, split_at, with_splits, words_of
from .text_formats import TABLES, content_of, plain_suffix, read_head, refuse

WANTED = "a corpus: .txt files, JSON Lines with `text`, or Parquet"
LINES = (".jsonl", ".ndjson", ".json")
PARQUET = (".parquet", ".pq")
TEXTS = (".txt", ".text", ".tokens", ".raw", ".md", ".rst", "")
COLUMNS = ("text", "content", "document", "body", "article", "story", "raw_content", "code")
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
        lines = [line for line in islice(opened_file, LOOKED) if line.strip()]
    for row in map(as_object, lines):
        counts.update(name for name, value in row.items() if isinstance(value, str))
    names = [name for name, _ in counts.most_common()]
    return encoding, choose(names) if lines else COLUMNS[0]


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
