"""One run at a time in a folder; the lock dies with its process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pkg.engine import lock, processes
from pkg.engine.checkpoint import open_folder
from pkg.engine.errors import UserError

HOLD = """
import sys, time
from pathlib import Path
from {package}.engine.checkpoint import open_folder
with open_folder(Path(sys.argv[1]), resume=False, overwrite=False):
    (Path(sys.argv[1]) / "mine.txt").write_text("mine")
print("held", flush=True)
time.sleep(60)
"""
PACKAGE = lock.__name__.split(".")[0]


def other(folder: Path) -> "subprocess.Popen[str]":
    """Start a process that has the folder until it ends."""
    root = str(Path(lock.__file__).parents[2])
    command = [sys.executable, "-c", HOLD.format(package=PACKAGE), str(folder)]
    env = {**os.environ, "PYTHONPATH": root}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize(("resume", "overwrite"), [(False, False), (True, False), (False, True)])
def test_case_13_a_folder_in_use_is_left_alone(
    tmp_path: Path, resume: bool, overwrite: bool
) -> None:
    folder = tmp_path / "run"
    process = other(folder)
    try:
        in_use = pytest.raises(UserError, match=rf"in use by process {process.pid} on ")
        with in_use, open_folder(folder, resume, overwrite):
            pass
        assert (folder / "mine.txt").read_text() == "mine"
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_case_13_the_lock_dies_with_its_process(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "run"
    process = other(folder)
    process.send_signal(number)
    process.wait()
    start = time.monotonic()
    with open_folder(folder, resume=True, overwrite=False) as saved:
        assert saved is None
    assert time.monotonic() - start < 5
    lock.release(folder)


def test_an_empty_folder_stays_one(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for _ in range(2):
        with open_folder(folder, resume=False, overwrite=False):
            assert lock.HELD.keys() == {folder}
        lock.release(folder)
    assert list(folder.iterdir()) == []


def test_what_fails_gives_the_folder_free(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    opened = open_folder(folder, resume=False, overwrite=False)
    with pytest.raises(UserError, match="no data"), opened:
        raise UserError("no data")
    assert not folder.exists()
    assert lock.HELD == {}


def test_storage_without_locks_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(file: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(lock, "lock", fail)
    with open_folder(tmp_path / "run", resume=False, overwrite=False):
        pass
    assert "cannot be locked (No locks available)" in capsys.readouterr().out
    lock.release(tmp_path / "run")


def test_case_13_several_processes_are_refused_where_they_are_not_built_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not hasattr(processes, "shard"):
        monkeypatch.setenv("WORLD_SIZE", "2")
        with pytest.raises(UserError, match=r"one process: start train\.py without torchrun"):
            processes.join(False, False)
    monkeypatch.setenv("WORLD_SIZE", "1")
    assert processes.join(True, False) == (True, False)
