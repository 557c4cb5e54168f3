"""Data sets behind an http(s) address: fetched once, checked, and unpacked.

Beside `data/flowers.zip` stand `flowers.zip.sha256`, in the format of `sha256sum`, and
the folder `flowers`. The sum shows that the file is still the one that came, not who made it.
"""

import hashlib
import re
import sys
import time
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from pathlib import Path, PurePosixPath
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit

from tqdm import tqdm

from ..errors import UserError
from .unpack import folder_for, unpack

ATTEMPTS = 5  # with 1, 2, 4 and 8 seconds between them
TIMEOUT = 30  # seconds without a byte
CHUNK = 1 << 20  # bytes
RETRIED = {408, 416, 425, 429, 500, 502, 503, 504}  # HTTP statuses that are tried again


def download(url: str, folder: Path) -> Path:
    """Return the file that `url` became in `folder`, or the folder that it held.

    Raises:
        UserError: the address, the network, the disk or the archive is at fault.
    """
    file = folder / file_name(url)
    target = folder_for(file)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            if target.exists():
                raise UserError(f"{target} exists: move it, or use it as the path")
            transfer(url, file)
        check_sum(url, file)
        return unpack(file)
    except Exception as error:  # of the network, the disk, and every kind of archive
        raise UserError(f"data.dataset_path: {url}: {error}") from error


def file_name(url: str) -> str:
    """Return a harmless file name for `url`; refuse other than plain http(s)."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UserError("data.dataset_path: a URL must begin with http:// or https://")
    if "@" in parts.netloc:
        raise UserError("data.dataset_path: a URL must not hold a user or password")
    name = PurePosixPath(unquote(parts.path)).name
    return re.sub(r"[^\w.-]", "_", name).lstrip(".-") or "download"


def transfer(url: str, file: Path) -> None:
    """Download to `file`, which is there only when complete; go on where it was cut."""
    part = file.with_name(file.name + ".part")
    stamp = part.with_suffix(".stamp")  # the server's version of what is in `part`
    for attempt in range(1, ATTEMPTS + 1):
        try:
            receive(url, part, stamp)
            break
        except (URLError, HTTPException, ConnectionError, TimeoutError) as error:
            code = error.code if isinstance(error, HTTPError) else None
            if attempt == ATTEMPTS or code not in {None, *RETRIED}:
                raise
            if code == 416:  # there is nothing after what we have: begin again
                part.unlink(missing_ok=True)
            print(f"{file.name}: {error}; trying again", file=sys.stderr)
            time.sleep(2 ** (attempt - 1))
    part.rename(file)
    stamp.unlink()


def receive(url: str, part: Path, stamp: Path) -> None:
    """Fetch what `part` lacks; all of it, if the server's file is not the same now."""
    version = stamp.read_text() if stamp.exists() else ""
    start = part.stat().st_size if version and part.exists() else 0
    headers = {"User-Agent": "Mozilla/5.0"}  # some servers refuse Python's own
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": version}
    asked = request.Request(url, headers=headers)
    with request.urlopen(asked, timeout=TIMEOUT) as response:
        file_name(response.url)  # a redirect may not leave http(s) either
        if response.status != 206:
            start = 0
        elif not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise HTTPException("the server sent another part than it was asked for")
        length = response.headers["Content-Length"]
        size = None if length is None else start + int(length)
        with part.open("ab" if start else "wb") as out:
            version = response.headers["ETag"] or response.headers["Last-Modified"]
            stamp.write_text(version or "")
            for chunk in watched(response, part.stem, start, size):
                out.write(chunk)
    if size not in (None, received := part.stat().st_size):
        raise ConnectionError(f"{received:,} of {size:,} bytes came")


def watched(response: HTTPResponse, name: str, start: int, size: int | None) -> Iterator[bytes]:
    """Yield chunks; show how far they are, as a bar or, in a log, as lines."""
    log, logged_at = not sys.stderr.isatty(), time.monotonic()
    with tqdm(desc=name, initial=start, total=size, unit="B", unit_scale=True, disable=log) as bar:
        while chunk := response.read1(CHUNK):
            yield chunk
            start += len(chunk)
            bar.update(len(chunk))
            if log and time.monotonic() - logged_at > 10:
                logged_at = time.monotonic()
                print(f"{name}: {start:,} of {size or '?'} bytes", file=sys.stderr)


def check_sum(url: str, file: Path) -> None:
    """Keep the origin of `file` and its SHA-256, or compare them with those kept."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    side = file.with_name(file.name + ".sha256")
    text = f"# {url}\n{digest}  {file.name}\n"
    if not side.exists():
        side.write_text(text)
    elif side.read_text() != text:
        raise UserError(
            f"{file} has another SHA-256 or address than {side.name} says: move both "
            "away to download it again"
        )
