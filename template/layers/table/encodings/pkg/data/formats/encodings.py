"""How the letters of a text file are written: encodings, found by marks or by trying."""

import codecs
import gzip
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

MARKS = {  # the longer ones first
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # what no text holds


def find_encoding(path: Path, usual: str) -> str:
    """Return the encoding of a file: by its mark, or UTF-8, or that of Windows.

    Raises:
        ValueError: it is no text.
    """
    start = gzip.open if path.suffix.lower() == ".gz" else open
    with start(path, "rb") as file:
        head = file.read(4)
    marked = next((name for mark, name in MARKS.items() if head.startswith(mark)), "")
    tried = [marked] if marked else ["utf-8", usual or "cp1252", "cp1252", "latin-1"]
    for encoding in tried:
        try:
            with opened(path, encoding) as file:
                before = 0  # lines
                while part := file.read(2**20):
                    check_text(part, before)
                    before += part.count("\n")
            return encoding
        except UnicodeError:
            if encoding.startswith("utf-8"):
                with start(path, "rb") as file:
                    check_mixed(file)
    raise ValueError(f"it is no text in {marked}: save it as UTF-8")


def check_text(text: str, before: int = 0) -> None:
    """Make sure that a part of a file, after some lines of it, is text.

    Raises:
        ValueError: it holds characters that no text has.
    """
    if found := BINARY.search(text):
        line = before + text.count("\n", 0, found.start()) + 1
        raise ValueError(f"it holds bytes that no text has: save it as UTF-8 (line {line})")


def check_mixed(lines: Iterable[bytes]) -> None:
    """Make sure that a file that is not UTF-8 as a whole is not UTF-8 for the most part.

    In other encodings, hardly a line with letters beyond ASCII is UTF-8, too.

    Raises:
        ValueError: it is; read otherwise, all such letters would be wrong.
    """
    fitting, wrong, first = 0, 0, 0
    for number, line in enumerate(lines, 1):
        if line.isascii():
            continue
        try:
            line.decode()
            fitting += 1
        except UnicodeError:
            wrong, first = wrong + 1, first or number
    if fitting > wrong:
        others = f"{fitting} others with letters beyond ASCII are"
        raise ValueError(f"line {first} is not UTF-8, but {others}: write all of it in UTF-8")


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a file of text, packed or not, with its line ends as they are."""
    start = gzip.open if path.suffix.lower() == ".gz" else open
    with start(path, "rt", newline="", encoding=encoding) as file:
        assert not isinstance(file, gzip.GzipFile)
        yield file
