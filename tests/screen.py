"""What stands on a terminal of 80 x 24: a small reader of what programs write to one."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
from wcwidth import wcwidth

from tests.support import DRAWN

ROWS, COLUMNS = 24, 80
OPENS = "\x1b[?2004h"  # a prompt opens
CODE = re.compile(
    r"\x1b\[([?>]?)([\d;]*)([A-Za-z])|\x1b[()][A-Z0-9]|\x1b[=>78M]|\x1b\][^\x07]*\x07"
)


class Screen:
    """Lines of characters, and a cursor; nothing of colours."""

    def __init__(self) -> None:
        self.lines = [[" "] * COLUMNS for _ in range(ROWS)]
        self.row = self.column = 0

    def feed(self, text: str) -> None:
        """Take what a program writes."""
        place = 0
        while place < len(text):
            if found := CODE.match(text, place):
                place = found.end()
                if found[3] and not found[1]:
                    self.order(found[3], [int(n or 0) for n in found[2].split(";")])
            else:
                self.put(text[place])
                place += 1

    def order(self, name: str, numbers: list[int]) -> None:
        """Move the cursor, or erase."""
        count = numbers[0] or 1
        if name in "ABCDG":
            self.row += {"A": -count, "B": count}.get(name, 0)
            self.column += {"C": count, "D": -count}.get(name, 0)
            self.column = count - 1 if name == "G" else self.column
        elif name in "Hf":
            self.row, self.column = count - 1, (numbers[1:] or [1])[0] - 1
        elif name == "K":
            self.erase(self.row, self.column)
        elif name == "J":
            first = 0 if numbers[0] == 2 else self.row
            self.erase(first, 0 if numbers[0] == 2 else self.column)
            for row in range(first + 1, ROWS):
                self.erase(row, 0)
        self.row = min(max(self.row, 0), ROWS - 1)
        self.column = min(max(self.column, 0), COLUMNS - 1)

    def erase(self, row: int, column: int) -> None:
        """Blank the rest of a line."""
        self.lines[row][column:] = [" "] * (COLUMNS - column)

    def put(self, character: str) -> None:
        """Write one character at the cursor."""
        if character == "\r":
            self.column = 0
        elif character == "\b":
            self.column = max(self.column - 1, 0)
        elif character == "\n":
            self.row += 1
            if self.row == ROWS:
                self.lines = [*self.lines[1:], [" "] * COLUMNS]
                self.row -= 1
        elif (width := wcwidth(character)) > 0:
            if self.column < COLUMNS:
                self.lines[self.row][self.column] = character
                if width == 2 and self.column + 1 < COLUMNS:
                    self.lines[self.row][self.column + 1] = ""
            self.column += width

    def text(self) -> str:
        """Return the lines that are not blank."""
        lines = ("".join(line).rstrip() for line in self.lines)
        return "\n".join(line for line in lines if line)


def silence(child: "pexpect.spawn[str]") -> str:
    """Return what a program writes until it waits."""
    said, child.buffer = str(child.buffer), ""
    for wait in (3.0, *[0.4] * 20):
        try:
            said += child.read_nonblocking(10_000, timeout=wait)
        except pexpect.TIMEOUT:
            break
    return said


def screens(command: list[str], keys: dict[str, list[str]]) -> Iterator[str]:
    """Yield each screen at which Copier waits for an answer; then press Enter, or some keys.

    Args:
        command: Of Copier, without its name.
        keys: By a text of the question: what is typed, one after the other. There is a screen
            after each.
    """
    child = pexpect.spawn(
        sys.executable,
        ["-m", "copier", *command],
        env={**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm"},
        encoding="utf-8",
        dimensions=(ROWS, COLUMNS),
        timeout=60,
    )
    while child.expect_exact([OPENS, pexpect.EOF]) == 0:
        screen = Screen()
        child.expect_exact(DRAWN)
        screen.feed(str(child.before))
        yield screen.text()
        wanted = next((k for text, k in keys.items() if text in screen.text()), [])
        for typed in wanted:
            child.send(typed)
            if typed.endswith("\r"):  # to be refused
                screen.feed(silence(child))
                yield screen.text()
        if wanted[-1:] not in (["y"], ["n"]):  # which need no Enter
            child.send("\r")
    child.close()
    assert child.exitstatus == 0, child.before


def copying(template: Path, project: Path, *more: str) -> list[str]:
    """Return the command that makes a project."""
    return ["copy", "--trust", "--quiet", *more, str(template), str(project)]
