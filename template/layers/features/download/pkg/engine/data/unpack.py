"""Archives (zip and tar) as folders, without trust in what they hold."""

import re
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path, PureWindowsPath

from ..errors import UserError

ARCHIVE = re.compile(r"\.(zip|tgz|tbz2|txz|tar(\.(gz|bz2|xz))?)$", re.IGNORECASE)


def folder_for(file: Path) -> Path:
    """Return where the archive `file` is unpacked: `flowers` for `flowers.tar.gz`."""
    name = ARCHIVE.sub("", file.name)
    return file.with_name(name if name != file.name else name + ".unpacked")


def unpack(file: Path) -> Path:
    """Return the folder with what `file` holds, or `file` itself if it is no archive.

    One folder that holds all the rest is left out. What is in an archive decides, not
    its name, as many addresses end in a number.
    """
    target = folder_for(file)
    if target.exists():
        return target
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".unpack-") as temporary:
        draft = Path(temporary) / "draft"  # moved when complete
        draft.mkdir()
        if zipfile.is_zipfile(file):
            unpack_zip(file, draft)
        elif tarfile.is_tarfile(file):
            unpack_tar(file, draft)
        elif ARCHIVE.search(file.name):
            raise UserError(f"{file} is not the archive that its name promises")
        else:
            return file
        found = [e for e in draft.iterdir() if not e.name.startswith((".", "__"))]
        alone = len(found) == 1 and found[0].is_dir()
        (found[0] if alone else draft).rename(target)
    return target


def unpack_zip(file: Path, folder: Path) -> None:
    """Extract a zip archive, if all of it stays in `folder`."""
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            check(file, member.filename, stat.S_ISLNK(member.external_attr >> 16))
        archive.extractall(folder)


def unpack_tar(file: Path, folder: Path) -> None:
    """Extract a tar archive, packed or not, if all of it stays in `folder`."""
    with tarfile.open(file) as archive:
        for member in archive.getmembers():
            check(file, member.name, not (member.isfile() or member.isdir()))
        archive.extractall(folder, filter="data")


def check(file: Path, name: str, special: bool) -> None:
    """Refuse a member that could write elsewhere, on any system."""
    path = PureWindowsPath(name)  # takes both kinds of slashes, and drives
    if special or path.anchor or ".." in path.parts:
        raise UserError(
            f"{file} holds {name!r}, a link or a path out of its folder: unpack it "
            "yourself, and use that folder as the path"
        )
