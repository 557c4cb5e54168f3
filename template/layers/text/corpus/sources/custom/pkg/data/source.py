"""The documents that `custom.py` makes."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from ..engine.errors import UserError
from .corpus import Corpus, CorpusFile, Document
from .custom import read_documents
from .schema import Schema
from .settings import DataSettings

NAME = "data/custom.py"


def find_corpus(settings: DataSettings, schema: Schema | None = None) -> Corpus:
    """Find out whether `custom.py` has documents, and how many bytes they are.

    Raises:
        UserError: there are none.
    """
    path = Path(settings.dataset_path)
    size = sum(len(text.encode(errors="replace")) for text in read_documents(path))
    if not size:
        raise UserError(f"data.dataset_path: {NAME} finds no documents in {path.resolve()}")
    return Corpus([CorpusFile(NAME, size, partial(read, path))], [], {"format": "custom"})


def read(path: Path, start: int = 0) -> Iterator[Document]:
    """Yield the documents from `start` on."""
    documents = islice(read_documents(path), start, None)
    for number, text in enumerate(documents, start + 1):
        yield Document(f"{NAME} document {number}", text)
