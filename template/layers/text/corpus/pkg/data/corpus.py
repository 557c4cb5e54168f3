"""What a source finds: files of documents, which are read when they are asked for."""

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Document(NamedTuple):
    """A text of its own, or a piece of a long one."""

    place: str  # file and line, for messages
    text: str
    begins: bool = True  # whether it begins a text; otherwise it goes on with the one before
    problem: str = ""  # why it cannot be used; its text is empty then


class CorpusFile(NamedTuple):
    """A file of documents."""

    name: str  # as messages have it
    size: int  # bytes on the disk
    read: Callable[[int], Iterator[Document]]  # the documents from one on, counted from 0
    split: str | None = None  # train, val or test, where the data say so


class Corpus(NamedTuple):
    """All files, in an order that does not change."""

    files: list[CorpusFile]
    said: list[str]  # what is odd about them, in words
    file: dict[str, str]  # format and encoding, for the schema
