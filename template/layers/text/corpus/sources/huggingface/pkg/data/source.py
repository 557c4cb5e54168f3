"""A data set of the Hugging Face hub by its name, or in a local folder: a document is a row.

Its splits validation and test are kept where there are such. Rows are read from the disk.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import datasets

from ..engine.errors import UserError
from .corpus import Corpus, CorpusFile, Document
from .formats.hub import SPLITS, open_splits
from .schema import Schema
from .settings import DataSettings

COLUMNS = ("text", "content", "document", "body", "article", "story", "raw_content", "code")
BATCH = 256  # rows that are read together


def find_corpus(settings: DataSettings, schema: Schema | None = None) -> Corpus:
    """Find the splits and their column of texts.

    Raises:
        UserError: the data set cannot be loaded, or has no column of texts.
    """
    name, said = settings.dataset_path, list[str]()
    parts = open_splits(name)
    files = list[CorpusFile]()
    for split, dataset in parts.items():
        column = find_column(dataset.features, name)
        if column != "text" and split == "train":
            said.append(f"the texts are in {column!r}")
        size = int(dataset.data.nbytes)
        read = partial(read_rows, dataset, f"{name} {split}", column)
        given = SPLITS[split] if len(parts) > 1 else None
        files.append(CorpusFile(f"{name} {split}", size, read, given))
    return Corpus(files, said, {"format": "datasets"})


def find_column(features: Any, name: str) -> str:
    """Return the column of the texts: by its name, or the only one.

    Raises:
        UserError: there is none.
    """
    kinds = ("string", "large_string")
    texts = [x for x, kind in features.items() if getattr(kind, "dtype", "") in kinds]
    known = [x for x in COLUMNS if x in texts] or (texts if len(texts) == 1 else [])
    if not known:
        problem = f"its texts should be in 'text', but it has {texts or [*features]}"
        raise UserError(f"data.dataset_path: {name!r}: {problem}")
    return known[0]


def read_rows(
    dataset: datasets.Dataset, name: str, column: str, start: int = 0
) -> Iterator[Document]:
    """Yield the document in each row from `start` on, or what is wrong with it."""
    plain = dataset.select_columns([column]).with_format(None)
    for begin in range(start, len(plain), BATCH):
        for number, text in enumerate(plain[begin : begin + BATCH][column], begin + 1):
            place = f"{name} row {number}"
            problem = "" if isinstance(text, str) else f"{column!r} is missing"
            yield Document(place, "" if problem else text, problem=problem)
