"""Power loss: what was not brought to the disk is gone, and the rest may have come in any order.

A run records what it asks the operating system for. After each request the disk may hold
several things, and each of them is built here: the oldest that is allowed, where every file and
name is as it was last synchronised; the newest names without the contents that nobody
synchronised; and mixtures of both.
"""

import pickle
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from faulty.engine.checkpoint import LAST, load_newest
from faulty.engine.errors import UserError
from faulty.engine.files import DRAFT, SUMS
from runs import SHORT, Whole, differences, folder_of, make_config, run_child, said_path, some

CHANGES = {"num_epochs": 3, "keep_checkpoints": 1}
STEPS = [0, 1, 2, 2, 3, 4, 4, 5, 6, 6]  # updates in the newest of so many saves


class Request(NamedTuple):
    """Something that was asked of the operating system."""

    name: str  # write, fsync, replace or unlink
    file: str  # within the folder of checkpoints; "" for the folder itself
    content: bytes = b""  # of the file at an fsync


class Disk:
    """Names and contents, of which some would outlive a power cut."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []  # by number of the file, as they were synchronised
        self.names: dict[str, int] = {}  # as programs see them
        self.changes: list[tuple[str, int | None]] = []  # of names, since the folder's fsync
        self.lasting: dict[str, int] = {}  # names at the folder's last fsync

    def rename(self, name: str, file: int | None) -> None:
        """Let a name stand for another file, or for none."""
        self.changes.append((name, file))
        apply(self.names, [(name, file)])

    def request(self, asked: Request) -> None:
        """Do what was asked."""
        if asked.name == "write" and asked.file not in self.names:
            self.contents.append(b"")
            self.rename(asked.file, len(self.contents) - 1)
        elif asked.name == "fsync" and asked.file:
            self.request(asked._replace(name="write"))
            self.contents[self.names[asked.file]] = asked.content
        elif asked.name == "fsync":
            self.lasting, self.changes = dict(self.names), []
        elif asked.name == "replace":
            draft = f"{asked.file}{DRAFT}"
            self.rename(asked.file, self.names[draft])
            self.rename(draft, None)
        elif asked.name == "unlink":
            self.rename(asked.file, None)

    def after_power_loss(self, draw: random.Random) -> Iterator[dict[str, bytes]]:
        """Yield what a folder may hold: no change of a name since its fsync, all, or some."""
        first = [change for change in self.changes if draw.random() < 0.5]
        for changes in ([], self.changes, first):
            names = apply(dict(self.lasting), changes)
            yield {name: self.contents[file] for name, file in names.items()}


def apply(names: dict[str, int], changes: Sequence[tuple[str, int | None]]) -> dict[str, int]:
    """Carry out changes of names."""
    for name, file in changes:
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file
    return names


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> list[Request]:
    """Return all that a run asked for, with the contents that it synchronised."""
    config = make_config(tmp_path_factory.mktemp("recorded"), **CHANGES)
    folder, kept = folder_of(config), tmp_path_factory.mktemp("requests") / "all"
    found: list[Request] = []

    def plan(name: str, about: Any) -> None:
        if name not in ("write", "fsync", "replace", "unlink"):
            return
        file = "" if about == folder else about.name
        content = about.read_bytes() if name == "fsync" and file else b""
        found.append(Request(name, file, content))
        kept.write_bytes(pickle.dumps(found))

    assert run_child(config, plan) == 0, said_path(config).read_text()
    loaded: list[Request] = pickle.loads(kept.read_bytes())
    return [a for a, b in zip(loaded, [None, *loaded], strict=False) if a != b]


def lay_out(files: dict[str, bytes], folder: Path) -> Path:
    """Write a folder as a power cut left it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def states(requests: Sequence[Request]) -> Iterator[tuple[int, dict[str, bytes], int]]:
    """Yield, for each prefix of the requests, what may be left, and the saves done by then."""
    disk, draw, saves = Disk(), random.Random(0), 0
    for number, asked in enumerate(requests):
        disk.request(asked)
        done = [each.name for each in requests[: number + 1] if each.file == LAST]
        complete = asked == Request("fsync", "") and requests[number - 1].file == LAST
        saves = done.count("replace") if complete else saves
        for files in disk.after_power_loss(draw):
            yield number, files, saves


def lost(requests: Sequence[Request]) -> list[int]:
    """Return the numbers of requests after which a power loss costs a completed checkpoint."""
    found = []
    for number, files, saves in states(requests):
        try:
            newest = load_newest(lay_out(files, Path("left")))
        except UserError:
            newest = None
        if saves and (newest is None or newest["progress"]["step"] < STEPS[saves]):
            found.append(number)
    return found


def test_what_was_completed_is_found_after_every_power_loss(requests: list[Request]) -> None:
    assert {each.name for each in requests} == {"write", "fsync", "replace", "unlink"}
    assert max(saves for _, _, saves in states(requests)) == 9
    assert lost(requests) == []


def test_an_fsync_less_would_be_seen(requests: list[Request]) -> None:
    assert lost([each for each in requests if each.name != "fsync" or not each.file]) != []
    folders = [number for number, each in enumerate(requests) if each == Request("fsync", "")]
    late = [Request("fsync", "") if n in folders[-1:] else x for n, x in enumerate(requests)]
    late = [x for n, x in enumerate(late) if n not in folders[:-1]]
    disk = Disk()
    for each in late[:-1]:
        disk.request(each)
    assert disk.lasting == {}  # without the folder's fsync no name is sure to outlive


def test_a_resume_after_a_power_loss_ends_with_the_same_bits(
    requests: list[Request], whole: Callable[..., Whole]
) -> None:
    undisturbed = whole(**CHANGES)
    found = list(states(requests))
    for number, files, saves in some(found[:: 1 if SHORT else 3], 12):
        config = make_config(f"left-{number}", **CHANGES)
        lay_out(files, folder_of(config))
        code = run_child(config, resume=True)
        assert code == 0, (number, saves, said_path(config).read_text())
        wrong = [d for d in differences(config, undisturbed) if d.startswith(("last", "best"))]
        lines = [d for d in differences(config, undisturbed) if d.startswith("line")]
        assert wrong + lines == [], (number, saves)


def test_a_file_under_its_name_was_synchronised_first(requests: list[Request]) -> None:
    synchronised: set[str] = set()
    for number, asked in enumerate(requests):
        if asked.name == "write":
            synchronised.discard(asked.file)
        if asked.name == "fsync" and asked.file:
            synchronised.add(asked.file)
        if asked.name == "replace":
            assert f"{asked.file}{DRAFT}" in synchronised
            assert requests[number + 1] == Request("fsync", "")  # the folder, at once
        if asked.name == "unlink":
            before = [each for each in requests[:number] if each.name != "write"]
            assert before[-1] == Request("fsync", "")
    assert SUMS in {asked.file for asked in requests if asked.name == "replace"}
