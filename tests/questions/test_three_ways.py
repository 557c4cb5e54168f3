"""Typed, given by --data and read from a request: the same project, to the byte."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml

from tools.render import Render, copy_template

DOWN = "\x1b[B"
CLEAR = "\x15"  # control-U empties the line
PROMPT = "\x1b\\[\\?2004h.*?🎤\x1b\\[0;1m ([^\x1b]+)\x1b"  # a prompt opens, with its question
DRAWN = "\x1b[?7h\x1b[0m"  # the prompt is drawn, and waits for an answer


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the template in a folder of its own."""
    return copy_template(tmp_path_factory.mktemp("questions") / "mldl-template")


def typed(template: Path, project: Path, keys: dict[str, str]) -> list[str]:
    """Make a project by Enter at each question, after `keys` where its text is in it."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "copier", "copy", "--trust", "--quiet", str(template), str(project)],
        env={**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm"},
        encoding="utf-8",
        dimensions=(120, 200),
        timeout=60,
    )
    questions = []
    while child.expect([PROMPT, pexpect.EOF]) == 0:
        questions.append(str(child.match[1]).strip())
        child.expect_exact(DRAWN)
        child.send(next((k for text, k in keys.items() if text in questions[-1]), "") + "\r")
    child.close()
    assert child.exitstatus == 0
    return questions


def contents(project: Path) -> dict[str, Any]:
    """Return every file, but for what the answers say of how they came in."""
    files: dict[str, Any] = {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in project.rglob("*")
        if path.is_file()
    }
    answers = yaml.safe_load(files.pop(".copier-answers.yml"))
    origin = ("request", "setup", "_src_path", "_commit")
    files["answers"] = {key: value for key, value in answers.items() if key not in origin}
    return files


def test_enter_all_the_way(template: Path, make: Render, tmp_path: Path) -> None:
    questions = typed(template, tmp_path / "typed/digits", {})
    assert 1 <= len(questions) <= 8
    assert contents(tmp_path / "typed/digits") == contents(make(tmp_path / "given/digits"))


def test_everything_asked(template: Path, make: Render, tmp_path: Path) -> None:
    answers = {
        "task": "regression",
        "modality": "table",
        "num_layers": "3",
        "learning_rate": "0.01",
        "ema": "yes",
    }
    keys = {
        "How much do you want": DOWN,
        "to be learnt": DOWN,
        "How many layers": f"{CLEAR}3",
        "Learning rate": f"{CLEAR}0.01",
        "running average": "y",
    }
    questions = typed(template, tmp_path / "typed/one", keys)
    assert len(set(questions)) == len(questions) > 20
    request = {
        "ml_task": {"type": "regression", "modality": "table"},
        "model_config": {"num_layers": 3},
        "training_config": {"learning_rate": 0.01},
    }
    path = tmp_path / "request.json"
    path.write_text(json.dumps(request))
    expected = contents(make(tmp_path / "data/one", **answers))
    assert contents(tmp_path / "typed/one") == expected
    from_request = make(tmp_path / "request/one", request_file=str(path), ema="yes")
    assert contents(from_request) == expected
