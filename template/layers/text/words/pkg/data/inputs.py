"""Sentences that predict.py takes: lines of .txt files, columns of CoNLL, and rows of tables."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from ..batch import Batch
from ..engine.errors import UserError
from .encoding import Encoding, count_strange, count_tail, cut
from .formats.conll_files import read_conll
from .formats.list_cells import read_lists
from .formats.rows import SUFFIXES as TABLES
from .formats.rows import read_rows
from .formats.text_formats import COLUMNS, is_columns
from .formats.text_lines import read_lines
from .found import Found, require_column
from .ragged import NONE
from .reading import why_no_words
from .schema import Schema, warn
from .settings import DataSettings
from .tokenizer import Tokenizer
from .word_tokens import encode_words

LINES = (".txt", ".txt.gz")  # files whose lines are sentences, if they have no columns
SUFFIXES = (*LINES, *COLUMNS, *TABLES)  # of the files in folders that are read
WORD = re.compile(r"\w+(?:[-'\u2019.]\w+)*|\S")  # or a mark, in a sentence that is one text


def read_file(
    path: Path, settings: DataSettings, schema: Schema, tokenizers: dict[str, Tokenizer]
) -> Iterator[tuple[dict[str, Any], Batch | UserError]]:
    """Yield name and words of each sentence, with its batch of one or what is wrong with it.

    Raises:
        UserError: the file cannot be read, or has no column of words.
    """
    found, column = read_sentences(path, settings, schema)
    for place, reason in found.broken:
        yield {"input": as_input(place)}, UserError(f"{place}: {reason}")
    records = [make_record(*pair) for pair in zip(found.places, found.columns[column], strict=True)]
    reasons = [why_no_words(record["words"], column) for record in records]
    words = [
        [*map(str, record["words"])]
        for record, reason in zip(records, reasons, strict=True)
        if not reason
    ]
    tokenizer, longest = tokenizers["sentence"], settings.max_length
    encoded = encode_words(tokenizer, words)
    lengths = torch.tensor([len(ids) for ids, _ in encoded], dtype=torch.int64)
    unknown = torch.tensor([count_strange(tokenizer, ids) for ids, _ in encoded])
    counts = ({"sentence": lengths}, {"sentence": unknown}, {"sentence": longest})
    unlike = schema.surprises(Encoding(None, *counts)) if encoded else []
    warn(str(path), [*found.said, *unlike])
    rest, tail = iter(zip(words, encoded, strict=True)), count_tail(tokenizer)
    for record, reason, place in zip(records, reasons, found.places, strict=True):
        if reason:
            yield record, UserError(f"{place}: {reason}")
            continue
        texts, (ids, numbers) = next(rest)
        batch = as_batch(cut(ids, longest, tail), cut(numbers, longest, tail))
        yield record | {"words": texts}, batch


def read_sentences(path: Path, settings: DataSettings, schema: Schema) -> tuple[Found, str]:
    """Return the rows of a file, and the name of their column of words, or of texts.

    Raises:
        UserError: the file cannot be read, or has no such column.
    """
    name = path.name.lower()
    if name.endswith(TABLES):
        column = settings.word_column or str(schema.columns["sentence"])
        found = read_rows(path, "INPUT", schema)
        read_lists(found)
        column = "text" if column not in found.columns and "text" in found.columns else column
        require_column(found.columns, column, f"INPUT: {path}: the model reads words of column")
        return found, column
    if not name.endswith(LINES) or is_columns(path):
        return read_conll(path, "INPUT", schema, labelled=False), "tokens"
    lines, _, said = read_lines(path, "INPUT", schema.file.get("encoding", ""))
    numbers = [number for number, line in enumerate(lines, 1) if line.strip()]
    places = [f"{path} line {number}" for number in numbers]
    return Found({"text": [lines[k - 1] for k in numbers]}, places, said=said), "text"


def make_record(place: str, cell: Any) -> dict[str, Any]:
    """Return the record of a sentence: a list of words, or a text, which is divided into them."""
    if isinstance(cell, str):
        return {"input": as_input(place), "text": cell, "words": WORD.findall(cell)}
    return {"input": as_input(place), "words": cell}


def as_batch(ids: list[int], words: list[int]) -> Batch:
    """Return a batch of one sentence whose labels nobody knows: 0 at the first token of each word.

    Args:
        ids: The tokens.
        words: The numbers of their words; -1 for special tokens.
    """
    pairs = zip([NONE, *words], words, strict=False)
    labels = [NONE if word in (NONE, before) else 0 for before, word in pairs]
    none = torch.zeros(1, dtype=torch.int64)
    return Batch(torch.tensor([ids]), torch.tensor([labels]), none)


def as_input(place: str) -> str:
    """Return a place as predictions name it: `rows.csv:7` for `rows.csv line 7`."""
    return re.sub(r" (line|row) (\d+)$", r":\2", place)
