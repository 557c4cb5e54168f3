"""Downloads, from a server on this machine: cut off, changed, and malicious ones."""

import hashlib
import io
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from samples import make_settings

from pkg.data.fetch import obtain
from pkg.engine.data.download import download
from pkg.engine.errors import UserError

TABLE = b"path,target\n" + b"x.png,1\n" * 10_000


class Answer(BaseHTTPRequestHandler):
    """Sends what stands in `files`; the first `cuts` answers end halfway."""

    files: dict[str, bytes]
    cuts: int
    ranges: list[str | None]

    def do_GET(self) -> None:
        wanted = self.headers["Range"]
        self.ranges.append(wanted)
        if self.path not in self.files:
            self.send_error(404)
            return
        content = self.files[self.path]
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Range", f"bytes {start}-/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("ETag", '"1"')
        self.end_headers()
        end = len(content) // 2 if self.cuts else len(content)
        type(self).cuts = max(0, self.cuts - 1)
        self.wfile.write(content[start:end])

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve `Answer.files`, from a thread."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(time, "sleep", lambda _: None)
    Answer.files, Answer.cuts, Answer.ranges = {"/table.csv": TABLE}, 0, []
    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return content.getvalue()


def test_a_file_comes_once_and_keeps_its_sum(url: str, tmp_path: Path) -> None:
    file = download(f"{url}/table.csv", tmp_path / "data")
    assert file.read_bytes() == TABLE
    assert hashlib.sha256(TABLE).hexdigest() in Path(f"{file}.sha256").read_text()
    assert download(f"{url}/table.csv", tmp_path / "data") == file
    assert len(Answer.ranges) == 1


def test_a_cut_download_goes_on_where_it_was(url: str, tmp_path: Path) -> None:
    Answer.cuts = 1
    assert download(f"{url}/table.csv", tmp_path).read_bytes() == TABLE
    assert Answer.ranges == [None, f"bytes={len(TABLE) // 2}-"]


def test_a_changed_file_is_refused(url: str, tmp_path: Path) -> None:
    file = download(f"{url}/table.csv", tmp_path)
    file.write_bytes(TABLE[:-1])
    with pytest.raises(UserError, match=r"data\.dataset_path: .*SHA-256"):
        download(f"{url}/table.csv", tmp_path)


def test_an_archive_becomes_a_folder(url: str, tmp_path: Path) -> None:
    Answer.files["/flowers.zip"] = zipped("flowers/rose/1.txt", "flowers/iris/2.txt")
    folder = download(f"{url}/flowers.zip", tmp_path)
    assert folder == tmp_path / "flowers"
    assert sorted(path.name for path in folder.rglob("*.txt")) == ["1.txt", "2.txt"]
    assert (folder / "rose").is_dir()  # the folder around all the rest is left out


@pytest.mark.parametrize("name", ["../evil.txt", "/evil.txt", "a\\..\\..\\evil.txt"])
def test_an_archive_cannot_leave_its_folder(url: str, tmp_path: Path, name: str) -> None:
    Answer.files["/a.zip"] = zipped("good.txt", name)
    with pytest.raises(UserError, match=r"data\.dataset_path: .*evil\.txt"):
        download(f"{url}/a.zip", tmp_path / "deep" / "data")
    assert not list(tmp_path.rglob("*.txt"))


def test_a_missing_file_is_refused_at_once(url: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.dataset_path: .*404"):
        download(f"{url}/gone.csv", tmp_path)
    assert len(Answer.ranges) == 1


@pytest.mark.parametrize("url", ["file:///etc/hosts", "https://me:secret@example.org/a.zip"])
def test_other_addresses_are_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(UserError, match=r"data\.dataset_path: a URL must"):
        download(url, tmp_path)


def test_the_settings_lead_to_what_was_downloaded(url: str) -> None:
    settings = replace(make_settings(), dataset_path=f"{url}/table.csv")
    found = obtain(settings)
    assert Path(found.dataset_path).read_bytes() == TABLE
    assert found == replace(settings, dataset_path=found.dataset_path)
    assert obtain(found) == found  # a path on this machine
