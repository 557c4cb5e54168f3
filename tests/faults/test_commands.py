"""`python -m faulty.engine.inspection verify|list|show`: what people look at checkpoints with."""

import json
import subprocess
import sys
from pathlib import Path

import project
import pytest
from faulty.engine.checkpoint import BEST, LAST
from runs import folder_of, make_config, run_child


@pytest.fixture
def folder() -> Path:
    """Return the checkpoints of a run that ended."""
    config = make_config("run")
    assert run_child(config) == 0
    return folder_of(config)


def command(action: str, path: Path | str) -> tuple[int, str]:
    """Return the exit code and all that is printed."""
    words = [sys.executable, "-m", "faulty.engine.inspection", action, str(Path(path).resolve())]
    done = subprocess.run(words, cwd=project.PROJECT, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_verify_list_and_show(folder: Path) -> None:
    for action in ("verify", "list"):
        code, said = command(action, folder)
        assert code == 0
        assert said.count("good  ") == 3
        assert "epoch 2" in said
        assert "update 4" in said
        assert "val_accuracy 0." in said
    code, said = command("show", folder / LAST)
    shown = json.loads(said[said.index("{") :])
    assert (code, shown["progress"]["step"]) == (0, 4)
    assert shown["config"]["training"]["batch_size"] == 16


def test_what_is_spoilt_is_named(folder: Path) -> None:
    content = bytearray((folder / BEST).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / BEST).write_bytes(content)
    code, said = command("verify", folder)
    assert code == 1
    assert said.count("good  ") == 2
    bad = next(line for line in said.splitlines() if line.startswith("BAD"))
    assert BEST in bad
    assert "its checksum is wrong" in bad
    assert command("list", folder)[0] == 0
    code, said = command("show", folder / BEST)
    assert code == 2
    assert "is damaged" in said


def test_nothing_there_is_an_error(tmp_path: Path) -> None:
    code, said = command("list", tmp_path)
    assert code == 2
    assert "there is no checkpoint in" in said
    code, said = command("show", tmp_path / "no.pt")
    assert code == 2
    assert "no.pt" in said


def test_the_list_is_one_that_other_programs_check(folder: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=folder, capture_output=True)
    assert done.returncode == 0, done.stderr
