"""What is written in a file of text: all of it, or its lines."""

import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path

from ...engine.errors import UserError
from .encodings import MARKS, check_mixed, check_text
from .text_files import is_plain


def read_text(path: Path, usual: str = "") -> tuple[str, str]:
    r"""Return the text of a file, packed or not, with \n as its line ends, and its encoding.

    Args:
        path: The file.
        usual: Encoding to try where it is not UTF-8.

    Raises:
        OSError: it cannot be opened.
        ValueError: it is no text.
    """
    content = path.read_bytes()
    if path.suffix.lower() == ".gz":
        content = gzip.decompress(content)
    marked = next((name for mark, name in MARKS.items() if content.startswith(mark)), "")
    tried: Iterable[str] = [marked] if marked else ["utf-8", usual or "cp1252", "cp1252", "latin-1"]
    for encoding in tried:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            if encoding.startswith("utf-8"):
                check_mixed(content.split(b"\n"))
            continue
        check_text(text)
        return text.replace("\r\n", "\n").replace("\r", "\n"), encoding
    raise ValueError(f"it is no text in {marked}: save it as UTF-8")


def read_lines(
    path: Path, setting: str = "data.dataset_path", usual: str = ""
) -> tuple[list[str], str, list[str]]:
    r"""Return the lines of a file without their ends, its encoding, and what is odd, in words.

    Only \n, \r and both end a line; the last need not have an end.

    Args:
        path: The file, packed or not.
        setting: The name of `path` in messages.
        usual: Encoding to try where it is not UTF-8.

    Raises:
        UserError: it cannot be opened, or is no text.
    """
    try:
        text, encoding = read_text(path, usual)
    except (OSError, ValueError, EOFError, zlib.error) as error:
        raise UserError(f"{setting}: {path} cannot be read: {error}") from None
    said = list[str]()
    if not is_plain(encoding):
        odd = next((line for line in text.split("\n") if not line.isascii()), "").strip()
        said.append(f"the file is read as {encoding}, not UTF-8: {odd[:60]!r}")
    lines = text.split("\n")
    return lines[: -1 if not lines[-1] else None], encoding, said
