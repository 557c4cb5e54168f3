"""Downloads against a server on this machine that cuts, lies and redirects."""

import hashlib
import io
import stat
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from server import CONTENT, Site
from stacks import TABLES, stack

DOWNLOADS = stack("engine", "features/download")
module = DOWNLOADS.load("engine.data.download")
download, UserError = module.download, DOWNLOADS.UserError


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(time, "sleep", lambda _: None)
    server = Site()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def make_zip(members: dict[str, str], link: bool = False) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK if link else stat.S_IFREG | 0o644) << 16
            archive.writestr(info, content)
    return packed.getvalue()


def make_tar(name: str, kind: bytes = tarfile.REGTYPE, mode: str = "w") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/hostname"
        info.size = 3 if kind == tarfile.REGTYPE else 0
        archive.addfile(info, io.BytesIO(b"abc"))
    return packed.getvalue()


def listing(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_table_is_kept_with_its_sum(site: Site, tmp_path: Path) -> None:
    site.files["/t/table.csv"] = CONTENT
    file = download(f"{site.url}/t/table.csv?version=2", tmp_path / "data")
    assert file == tmp_path / "data" / "table.csv"
    assert file.read_bytes() == CONTENT
    digest = hashlib.sha256(CONTENT).hexdigest()
    side = file.with_name("table.csv.sha256").read_text()
    assert side.splitlines()[1] == f"{digest}  table.csv"
    assert listing(file.parent) == ["table.csv", "table.csv.sha256"]
    download(f"{site.url}/t/table.csv?version=2", tmp_path / "data")
    assert len(site.asked) == 1  # once is enough


def test_a_cut_download_goes_on(site: Site, tmp_path: Path) -> None:
    site.files["/table.csv"], site.cut, site.refuse = CONTENT, 2, [503]
    file = download(f"{site.url}/table.csv", tmp_path)
    assert file.read_bytes() == CONTENT
    half, more = len(CONTENT) // 2, len(CONTENT) * 3 // 4
    assert site.asked == [None, None, f"bytes={half}-", f"bytes={more}-"]


def test_another_run_goes_on(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.files["/table.csv"], site.cut = CONTENT, 1
    monkeypatch.setattr(module, "ATTEMPTS", 1)
    with pytest.raises(UserError, match=r"dataset_path: .*of 1,048,576 bytes came"):
        download(f"{site.url}/table.csv", tmp_path)
    assert listing(tmp_path) == ["table.csv.part", "table.csv.stamp"]
    assert download(f"{site.url}/table.csv", tmp_path).read_bytes() == CONTENT
    assert site.asked[1] == f"bytes={len(CONTENT) // 2}-"


@pytest.mark.parametrize("ranges", [True, False])
def test_half_of_another_version_is_dropped(site: Site, tmp_path: Path, ranges: bool) -> None:
    site.files["/table.csv"], site.ranges = CONTENT, ranges
    (tmp_path / "table.csv.part").write_bytes(b"old" * 100)
    (tmp_path / "table.csv.stamp").write_text('"old"')
    assert download(f"{site.url}/table.csv", tmp_path).read_bytes() == CONTENT


def test_a_part_that_is_too_long_is_dropped(site: Site, tmp_path: Path) -> None:
    site.files["/table.csv"] = CONTENT
    digest = hashlib.sha256(CONTENT).hexdigest()
    (tmp_path / "table.csv.part").write_bytes(CONTENT + b"more")
    (tmp_path / "table.csv.stamp").write_text(f'"{digest}"')
    assert download(f"{site.url}/table.csv", tmp_path).read_bytes() == CONTENT


def test_what_changed_since_is_refused(site: Site, tmp_path: Path) -> None:
    site.files["/table.csv"] = site.files["/other/table.csv"] = CONTENT
    file = download(f"{site.url}/table.csv", tmp_path)
    with pytest.raises(UserError, match=r"dataset_path: .*SHA-256 or address"):
        download(f"{site.url}/other/table.csv", tmp_path)
    file.write_bytes(CONTENT[:-1])
    with pytest.raises(UserError, match=r"dataset_path: .*SHA-256 or address"):
        download(f"{site.url}/table.csv", tmp_path)
    file.unlink()
    site.files["/table.csv"] = b"another"  # the sum stays until it is moved away too
    with pytest.raises(UserError, match=r"dataset_path: .*SHA-256 or address"):
        download(f"{site.url}/table.csv", tmp_path)


@pytest.mark.parametrize("mode", ["zip", "w", "w:gz", "w:xz", "w:bz2"])
@pytest.mark.parametrize("name", ["flowers", "7"])
def test_archives_become_folders(site: Site, tmp_path: Path, mode: str, name: str) -> None:
    suffix = {"zip": ".zip", "w": ".tar", "w:gz": ".tar.gz"}.get(mode, "")
    inner = "flowers/rose/1.txt"
    content = make_zip({inner: "abc"}) if mode == "zip" else make_tar(inner, mode=mode)
    site.files[f"/{name}{suffix}"] = content
    folder = download(f"{site.url}/{name}{suffix}", tmp_path)
    assert folder == tmp_path / (name if suffix else f"{name}.unpacked")
    assert (folder / "rose" / "1.txt").exists()  # the folder around it all is left out
    assert not [entry for entry in listing(tmp_path) if entry.startswith(".")]
    (folder / "mine.txt").write_text("kept")
    assert download(f"{site.url}/{name}{suffix}", tmp_path) == folder
    assert (folder / "mine.txt").exists()
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "content",
    [
        make_zip({"ok.txt": "", "../evil.txt": "x"}),
        make_zip({"/evil.txt": "x"}),
        make_zip({"a/..\\..\\evil.txt": "x"}),
        make_zip({"C:evil.txt": "x"}),
        make_zip({"evil.txt": "/etc/hostname"}, link=True),
        make_tar("../evil.txt"),
        make_tar("/evil.txt"),
        make_tar("evil.txt", tarfile.SYMTYPE),
        make_tar("evil.txt", tarfile.LNKTYPE),
        make_tar("evil.txt", tarfile.FIFOTYPE),
        make_tar("evil.txt", tarfile.CHRTYPE),
    ],
)
def test_archives_cannot_leave_their_folder(site: Site, tmp_path: Path, content: bytes) -> None:
    site.files["/a.zip"] = content
    with pytest.raises(UserError, match=r"dataset_path: .*evil.txt.*out of its folder"):
        download(f"{site.url}/a.zip", tmp_path / "in" / "data")
    left = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["a.zip", "a.zip.sha256"]


@pytest.mark.parametrize(
    "content", [b"<html>sign in</html>", make_zip({"a": "b" * 999})[:-30], b""]
)
def test_what_is_no_archive_is_refused(site: Site, tmp_path: Path, content: bytes) -> None:
    site.files["/a.zip"] = content
    with pytest.raises(UserError, match=r"dataset_path: .*not the archive"):
        download(f"{site.url}/a.zip", tmp_path)


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_a_damaged_archive_leaves_nothing_half(site: Site, tmp_path: Path, suffix: str) -> None:
    text = {f"{i}.txt": str(i) * 99 for i in range(99)}
    content = bytearray(make_zip(text) if suffix == ".zip" else make_tar("a", mode="w:gz"))
    content[len(content) // 2] ^= 0xFF
    site.files[f"/a{suffix}"] = bytes(content)
    with pytest.raises(UserError, match=r"dataset_path: "):
        download(f"{site.url}/a{suffix}", tmp_path)
    assert listing(tmp_path) == [f"a{suffix}", f"a{suffix}.sha256"]


def test_a_folder_of_the_same_name_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.files["/flowers.zip"] = make_zip({"rose/1.txt": ""})
    (tmp_path / "flowers").mkdir()
    with pytest.raises(UserError, match=r"dataset_path: .*flowers exists"):
        download(f"{site.url}/flowers.zip", tmp_path)
    assert listing(tmp_path) == ["flowers"]


def test_statuses_that_last_are_refused_at_once(site: Site, tmp_path: Path) -> None:
    for status in (401, 403, 404):
        site.refuse = [status]
        with pytest.raises(UserError, match=rf"dataset_path: .*{status}"):
            download(f"{site.url}/gone.csv", tmp_path)
    assert len(site.asked) == 3
    site.refuse = [500] * 9
    with pytest.raises(UserError, match=r"dataset_path: .*500"):
        download(f"{site.url}/gone.csv", tmp_path)
    assert len(site.asked) == 3 + module.ATTEMPTS


def test_nobody_answers(site: Site, tmp_path: Path) -> None:
    site.server_close()
    with pytest.raises(UserError, match=r"dataset_path: .*refused"):
        download(f"{site.url}/table.csv", tmp_path)


def test_redirects_stay_with_http(site: Site, tmp_path: Path) -> None:
    site.files["/table.csv"] = CONTENT
    site.redirects = {
        "/a.csv": f"{site.url}/table.csv",
        "/b.csv": "file:///etc/hostname",
        "/c.csv": f"http://me:secret@127.0.0.1:{site.server_port}/table.csv",
    }
    assert download(f"{site.url}/a.csv", tmp_path).name == "a.csv"
    for name in ("b.csv", "c.csv"):
        with pytest.raises(UserError, match=r"dataset_path: "):
            download(f"{site.url}/{name}", tmp_path)
        assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/a.zip",
        "http:///a.zip",
        "data/a.zip",
        "-http://example.org",
        "https://me@example.org/a.zip",
        "https://me:secret@example.org/a.zip",
    ],
)
def test_other_addresses_are_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(UserError, match=r"^data.dataset_path: a URL") as caught:
        download(url, tmp_path / "data")
    assert "secret" not in str(caught.value)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/a%20b.csv", "a_b.csv"),
        ("/x/..%2f..%2fetc%2fpasswd", "passwd"),
        ("/..%5c..%5cevil.csv", "_.._evil.csv"),
        ("/%2e%2e", "download"),
        ("/", "download"),
        ("/.bashrc", "bashrc"),
        ("/-rf", "rf"),
    ],
)
def test_file_names_are_harmless(path: str, name: str) -> None:
    assert module.file_name(f"https://example.org{path}") == name


def test_a_url_in_the_settings_becomes_the_path_of_what_it_leads_to(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    project = stack(*TABLES, "tasks/classification", "table/sources/file", "features/download")
    fetch, settings = project.load("data.fetch"), project.load("data.settings").DataSettings
    site.files["/table.csv"] = CONTENT
    found = fetch.obtain(settings(dataset_path=f"{site.url}/table.csv"))
    assert found == settings(dataset_path=str(Path("data/table.csv")))
    assert Path(found.dataset_path).read_bytes() == CONTENT
    assert fetch.obtain(found) is found
    assert len(site.asked) == 1
