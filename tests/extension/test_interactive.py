"""The questions as a person meets them, through a pseudo-terminal."""

import os
import sys
from pathlib import Path

import pexpect

from .support import Copy, answers_of, contents

DOWN = "\x1b[B"
CLEAR = "\x15"  # control-U empties the line
PROMPT = "\x1b\\[\\?2004h.*?🎤\x1b\\[0;1m ([^\x1b]+)\x1b"  # a prompt opens, with its question


def talk(template: Path, project: Path, keys: dict[str, list[str]]) -> list[str]:
    """Make a project: Enter at each question, or `keys` where its text is in it."""
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
        question = str(child.match[1]).strip()
        questions.append(question)
        child.expect_exact("\x1b[?7h\x1b[0m")  # it is drawn, and waits
        *wrong, right = next((k for text, k in keys.items() if text in question), [""])
        for answer, message in zip(wrong[::2], wrong[1::2], strict=True):
            child.send(answer + "\r")
            child.expect_exact(message)
        child.send(right + "\r")
    child.close()
    assert child.exitstatus == 0
    return questions


def test_enter_all_the_way_equals_the_defaults(template: Path, copy: Copy, tmp_path: Path) -> None:
    questions = talk(template, tmp_path / "typed/same", {})
    assert len(questions) <= 8
    assert contents(tmp_path / "typed/same") == contents(copy("given/same"))


def test_a_quick_project_from_a_table_of_ones_own(
    template: Path, copy: Copy, tmp_path: Path
) -> None:
    keys = {
        "project called": [CLEAR + "  ", "must not be empty", CLEAR + "Prices"],
        "to be learnt": [DOWN],
        "Where are the data": [DOWN],
        "CSV or Parquet": [CLEAR + "file:/x", "http(s) URL", CLEAR + "data/prices.csv"],
    }
    questions = talk(template, tmp_path / "typed/same", keys)
    assert len(questions) <= 8
    assert not any("architecture" in question for question in questions), "there is but one"
    given = {"project_name": "Prices", "task": "regression", "modality": "table"}
    given |= {"data_source": "table", "dataset_path": "data/prices.csv"}
    assert contents(tmp_path / "typed/same") == contents(copy("given/same", **given))


def test_full_asks_what_applies_and_nothing_else(template: Path, tmp_path: Path) -> None:
    keys = {
        "How much do you want": [DOWN],
        "learn it from": [DOWN],
        "goal stated": [DOWN],
        "Which value of accuracy": ["0.9"],
        "How many layers": [CLEAR + "0", "must be from 1", CLEAR + "3"],
        "Log curves": ["n"],
    }
    questions = talk(template, tmp_path / "project", keys)
    text = "\n".join(questions)
    for asked in (
        "How wide",
        "Which activation",
        "Which data set",
        "Learning rate",
        "several devices",
    ):
        assert asked in text
    for not_asked in ("training images", "pretrained", "Which size", "folder?", "several nodes"):
        assert not_asked not in text
    answers = answers_of(tmp_path / "project")
    assert answers["dataset_name"] == "iris"
    assert (answers["target_metric"], answers["target_value"]) == ("accuracy", 0.9)
    assert (answers["num_layers"], answers["tensorboard_enabled"]) == (3, False)
