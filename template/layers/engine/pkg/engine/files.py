"""Files that are whole or not there, and checksums as `sha256sum --check SHA256SUMS` reads them."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import file_digest, sha256
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

from . import faults
from .errors import UserError
from .lock import NAME as LOCK
from .lock import acquire, release

SUMS = "SHA256SUMS"
DRAFT = ".draft"  # suffix of what is not complete yet


class Checksum(NamedTuple):
    """A line of the list of checksums."""

    digest: str  # 64 hexadecimal digits
    name: str

    def __str__(self) -> str:
        return f"{self.digest}  {self.name}"


class Draft(BufferedWriter):
    """A file under way, which is hashed as it grows."""

    def __init__(self, path: Path) -> None:
        super().__init__(FileIO(path, "wb"))
        self.path, self.hash = path, sha256()

    def write(self, content: Any) -> int:
        """Add some bytes."""
        faults.point("write", self.path)
        self.hash.update(content)
        return super().write(content)


def write(path: Path, fill: Callable[[Draft], object]) -> str:
    """Let `fill` write a file, bring it to the disk, and return its SHA-256."""
    with Draft(path) as draft:
        fill(draft)
        draft.flush()
        faults.point("fsync", path)
        os.fsync(draft.fileno())
    return draft.hash.hexdigest()


def publish(
    folder: Path, names: Sequence[str], fill: Callable[[Draft], object], stale: Sequence[str]
) -> None:
    """Write one content under several names, then remove the files that are `stale`.

    Whenever the machine stops, each file is the old one or the new one, whole, and its checksum
    is listed: until all are in place, the list holds those of the old files and of the new.
    """
    first, *copies = [folder / f"{name}{DRAFT}" for name in names]
    digest = write(first, fill)
    for copy in copies:  # a disk that spoils one leaves the others
        with first.open("rb") as source:
            write(copy, partial(shutil.copyfileobj, source))
    old, new = read_sums(folder), [Checksum(digest, name) for name in names]
    write_sums(folder, [*old, *new])
    for name in names:
        replace(folder / f"{name}{DRAFT}", folder / name)
    for name in stale:
        faults.point("unlink", folder / name)
        (folder / name).unlink()
    kept = [each for each in old if each.name not in (*names, *stale)]
    write_sums(folder, [*kept, *new])


def replace(draft: Path, path: Path) -> None:
    """Give a file its name, for good: the name must outlive a power cut too."""
    faults.point("replace", path)
    os.replace(draft, path)
    if os.name == "posix":
        faults.point("fsync", path.parent)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def read_sums(folder: Path) -> list[Checksum]:
    """Return the list of checksums, without what is no checksum; blank if there is none."""
    path = folder / SUMS
    lines = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
    parted = (line.partition("  ") for line in lines)
    return [Checksum(digest, name) for digest, blank, name in parted if blank]


def write_sums(folder: Path, sums: Sequence[Checksum]) -> None:
    """Write the list of checksums."""
    write_text(folder / SUMS, "".join(f"{each}\n" for each in sums))


def write_text(path: Path, text: str) -> None:
    """Write a file that is whole or not there, unless it says so already."""
    if path.exists() and path.read_bytes() == text.encode(errors="surrogateescape"):
        return
    draft = path.with_name(f"{path.name}{DRAFT}")
    write(draft, lambda file: file.write(text.encode(errors="surrogateescape")))
    replace(draft, path)


def is_whole(path: Path) -> bool | None:
    """Compare a file with its checksum; None if none is listed for it."""
    known = [each.digest for each in read_sums(path.parent) if each.name == path.name]
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest() in known if known else None


def adds_up(path: Path) -> bool:
    """Check the sums inside a file of torch's; with an attribute an entry could pass for empty."""
    with ZipFile(path) as archive:
        plain = not any(entry.external_attr for entry in archive.infolist())
        return plain and archive.testzip() is None


def clean(folder: Path) -> None:
    """Remove what a run that was killed left half done."""
    for draft in folder.glob(f"*{DRAFT}"):
        draft.unlink()


@contextmanager
def renewed(folder: Path, overwrite: bool, setting: str) -> Iterator[bool]:
    """Create and lock `folder`, emptied if `overwrite`; restore what it held if the block raises.

    Yields:
        Whether files were in it.

    Raises:
        UserError: it is in use, or cannot be created or moved; the message names `setting`.
    """
    aside = folder.with_name(f"{folder.name}.overwritten")
    moved = False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        acquire(folder, setting)
        used = any(path.name != LOCK for path in folder.iterdir())
        if used and overwrite:
            shutil.rmtree(aside, ignore_errors=True)  # of a run that was killed right here
            release(folder)
            folder.rename(aside)
            moved = True
            folder.mkdir()
            acquire(folder, setting)
    except OSError as error:  # to be moved aside, a folder must not be a mount
        reason = f"{folder} cannot be used: {error.strerror}: choose another, such as one in it"
        raise UserError(f"{setting}: {reason}") from None
    try:
        yield used
    except BaseException:
        release(folder)
        if moved or not used:
            shutil.rmtree(folder, ignore_errors=True)
        if moved:
            aside.rename(folder)
        raise
    if moved:
        shutil.rmtree(aside, ignore_errors=True)
