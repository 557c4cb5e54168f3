"""What is wrong with a request or an answer, said so that it can be put right."""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

Answers = Mapping[str, Any]  # complete: given, and advised where nothing was given


MOST_LINES = 100
MOST_CHARACTERS = 1000


class Problem(NamedTuple):
    """One thing that is wrong, and where."""

    type: str  # malformed_json, wrong_type, out_of_range, unknown_field, …
    pointer: str  # a JSON pointer into the request, or the key of an answer
    message: str
    other: str = ""  # the second place, where two contradict each other
    remedy: str = ""  # what to write instead, in a few words, where the message does not say it

    def line(self) -> str:
        """Return the problem on one line that is safe to print."""
        places = " and ".join(filter(None, (self.pointer[:MOST_CHARACTERS], self.other)))
        told = f"{self.message}: {self.remedy}" if self.remedy else self.message
        return printable(f"{places}: {told} ({self.type})".removeprefix(": "))


class Rejected(Exception):
    """A request or some answers cannot be taken; `problems` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        lines = [problem.line() for problem in self.problems[:MOST_LINES]]
        if len(self.problems) > MOST_LINES:
            lines.append(f"… and {len(self.problems) - MOST_LINES} more")
        super().__init__("\n".join(lines))


class Wrong(ValueError):
    """A value breaks its rule: the type of the problem, a message, and what to write instead."""

    def __init__(self, type: str, message: str, remedy: str = "") -> None:
        self.type = type
        self.remedy = remedy
        super().__init__(message)


def contradiction(key: str, other: str, message: str, remedy: str = "") -> Problem:
    """Return the problem that `key` and `other` cannot both be as they are."""
    return Problem("contradiction", key, message, other, remedy)


def pointer_to(parent: str, key: str | int) -> str:
    """Return the JSON pointer of `key` in the object or array at `parent`."""
    return f"{parent}/{str(key).replace('~', '~0').replace('/', '~1')}"


def printable(text: str) -> str:
    """Escape what would move the cursor or could not be encoded."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def shown(value: object) -> str:
    """Return a value as a short piece of JSON for a message."""
    try:
        text = json.dumps(value, default=str, skipkeys=True)
    except (ValueError, RecursionError):
        return "what holds itself, or is nested too deeply"
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(name: object, known: Iterable[str]) -> str:
    """Return a hint at the known name that was probably meant, or at all of them.

    A near name begins alike: `rmse` is no slip of the pen for mse, nor is `none` for cosine.
    """
    names = [each for each in known if each]
    word = str(name)[:80].lower()
    alike = [each for each in names if each[:1].lower() == word[:1]]
    if close := get_close_matches(word, alike, n=1, cutoff=0.7):
        return f"did you mean {close[0]}?"
    return f"choose from {', '.join(names)}" if len(names) <= 40 else ""
