"""Documents in files: .txt, a document each; JSON Lines with `text`, a line each; Parquet, a row.

`data.dataset_path` is a file, or a folder of them. Files called train, val (valid, validation,
dev) and test, or in folders called so, are the splits. No file is held in memory.
"""

import zlib
from functools import partial
from pathlib import Path

from ..engine.errors import UserError
from .corpus import Corpus, CorpusFile
from .formats.corpus_files import find_files, sniff
from .formats.documents import read_lines_of, read_parquet_of, read_text_of
from .formats.text_files import TextFile, describe_left_out, is_plain, short
from .formats.text_formats import plain_suffix
from .schema import Schema
from .settings import DataSettings


def find_corpus(settings: DataSettings, schema: Schema | None = None) -> Corpus:
    """Find the files of a corpus, in the order of their names.

    Raises:
        UserError: there are none, or one is no text or has no column of texts.
    """
    root = Path(settings.dataset_path)
    files, others = find_files(root)
    said, facts = describe_left_out(others, root), dict[str, str]()
    usual = schema.file.get("encoding", "") if schema else ""
    found = [describe(each, root, usual, said, facts) for each in files]
    return Corpus(found, said, facts)


def describe(
    each: TextFile, root: Path, usual: str, said: list[str], facts: dict[str, str]
) -> CorpusFile:
    """Look into a file; say how it is read.

    Raises:
        UserError: it is no text, or has no column of texts.
    """
    path, suffix = each.path, plain_suffix(each.path)
    name = short(path, root)
    try:
        encoding, column = sniff(path, usual)
    except (OSError, ValueError, EOFError, zlib.error) as error:  # pyarrow's, too
        problem = f"{name} cannot be read: {error}"
        raise UserError(f"data.dataset_path: {root} ({root.resolve()}): {problem}") from None
    if encoding and not is_plain(encoding):
        said.append(f"{name}: it is read as {encoding}, not UTF-8")
    if column and column != "text":
        said.append(f"{name}: its texts are in {column!r}")
    kind = "parquet" if not encoding else "jsonl" if column else "txt"
    facts.setdefault("format", kind)
    facts.setdefault("encoding", encoding or "utf-8")
    if kind == "parquet":
        read = partial(read_parquet_of, path, column)
    elif kind == "jsonl":
        read = partial(read_lines_of, path, encoding, column)
    else:
        read = partial(read_text_of, path, encoding)
    size = path.stat().st_size * (4 if suffix != path.suffix.lower() else 1)  # .gz: about so
    return CorpusFile(str(path), size, read, each.split or None)
