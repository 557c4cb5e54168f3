"""What tests of several kinds share: git, the files of a project, and a person at a terminal."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pexpect
import yaml

DOWN = "\x1b[B"
CLEAR = "\x15"  # control-U empties the line
PROMPT = "\x1b\\[\\?2004h.*?🎤\x1b\\[0;1m ([^\x1b]+)\x1b"  # a prompt opens, with its question
DRAWN = "\x1b[?7h\x1b[0m"  # the prompt is drawn, and waits for an answer
# Keys that open every group of questions.
GROUPS = {text: ["y"] for text in ("Change ", "Describe ", "State ", "Add extras")}
ORIGIN = ("request", "setup", "_src_path", "_commit")  # how the answers came in


def git(folder: Path, *arguments: str) -> str:
    """Run git, as somebody (see conftest.py), and return what it says."""
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode()


def commit(folder: Path, tag: str = "") -> None:
    """Commit everything in `folder`, and tag it."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "change")
    if tag:
        git(folder, "tag", tag)


def contents(project: Path) -> dict[str, Any]:
    """Return every file, but for what the answers say of how they came in."""
    files: dict[str, Any] = {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in project.rglob("*")
        if path.is_file()
    }
    answers = yaml.safe_load(files.pop(".copier-answers.yml"))
    files["answers"] = {key: value for key, value in answers.items() if key not in ORIGIN}
    return files


def talk(template: Path, project: Path, keys: dict[str, list[str]]) -> list[str]:
    """Make a project: Enter at each question, or `keys` where its text is in it.

    Of the keys the last answer is right; before it come wrong ones, each with its message.
    """
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
        child.expect_exact(DRAWN)
        *wrong, right = next((k for text, k in keys.items() if text in question), [""])
        for answer, message in zip(wrong[::2], wrong[1::2], strict=True):
            child.send(answer + "\r")
            child.expect_exact(message)
        child.send(right if right in ("y", "n") else right + "\r")  # yes and no need no Enter
    child.close()
    assert child.exitstatus == 0, child.before
    return questions
