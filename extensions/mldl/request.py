"""Reading a `PythonMLDLRequest`: strict about everything, and all problems at once.

Requests are untrusted. The parser takes what JSON allows and no more, every value passes
the rule of its field, and what belongs together is checked by `contradictions.py`.
"""

import json
import math
from pathlib import Path
from typing import Any

from .catalog.tasks import TASKS
from .fields import FIELDS, OTHER_FIELDS, cast
from .problems import Problem, Rejected, Wrong, nearest, pointer_to, shown
from .rules import Rule

LARGEST = 1_000_000  # bytes
DEEPEST = 10  # levels; a request has four
MOST_HINTS = 20  # a hint takes time, and nobody reads a thousand
KEYS = {field.pointer: key for key, field in FIELDS.items() if field.pointer}
RULES: dict[str, Rule] = {
    **{pointer: FIELDS[key].rule for pointer, key in KEYS.items()},
    **OTHER_FIELDS,
}
OBJECTS = {
    pointer[:end] for pointer in RULES for end, character in enumerate(pointer) if character == "/"
}


class Malformed(ValueError):
    """The text is not the JSON of a request."""


def read(path: str) -> dict[str, Any]:
    """Return the request in a file, with no more than its JSON checked.

    Raises:
        Rejected: there is no such file, or it holds no JSON object.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Rejected([Problem("unreadable", "request_file", f"{path}: {reason}")]) from None
    try:
        return parse_json(content)
    except Malformed as error:
        raise Rejected([Problem("malformed_json", "", str(error))]) from None


def parse_json(content: bytes) -> dict[str, Any]:
    """Return the object that `content` is the JSON of."""
    if len(content) > LARGEST:
        raise Malformed(f"a request has at most {LARGEST:,} bytes")
    try:
        request = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=without_duplicates,
            parse_int=whole,
        )
    except RecursionError:
        raise Malformed("is nested too deeply") from None
    except UnicodeDecodeError:
        raise Malformed("is not UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise Malformed(f"is not JSON: {error.msg} at {place}") from None
    if not isinstance(request, dict):
        raise Malformed(f"must be a JSON object, not {type(request).__name__}")
    if is_deeper(request, DEEPEST):
        raise Malformed("is nested too deeply")
    return request


def is_deeper(value: Any, levels: int) -> bool:
    """Say whether lists and objects are nested in more levels than that."""
    layer = [value]
    for _ in range(levels + 1):
        nodes = (node.values() if isinstance(node, dict) else node for node in layer)
        layer = [item for node in nodes for item in node if isinstance(item, dict | list)]
    return bool(layer)


def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, unless a key stands twice in it."""
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise Malformed(f"names {shown(key)} twice in one object")
        result[key] = value
    return result


def whole(digits: str) -> float:
    """Read an integer; one that no field could hold becomes infinite, not slow."""
    return int(digits) if len(digits) <= 40 else math.inf


def flatten(request: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the answers that a request gives, by key, and the problems it has."""
    answers: dict[str, Any] = {}
    problems: list[Problem] = []
    walk(request, "", answers, problems)
    blamed = any(problem.pointer.startswith("/ml_task") for problem in problems)
    if "task" not in answers and not blamed:
        message = f"is missing: {' or '.join(TASKS)}?"
        problems.append(Problem("wrong_type", "/ml_task/type", message))
    return answers, problems


def walk(
    node: dict[str, Any], place: str, answers: dict[str, Any], problems: list[Problem]
) -> None:
    """Check the object at `place` and all below it; null means left out."""
    known = (*RULES, *sorted(OBJECTS))
    for key, value in node.items():
        pointer = pointer_to(place, key)
        if pointer in OBJECTS:
            if isinstance(value, dict):
                walk(value, pointer, answers, problems)
            elif value is not None:
                message = f"must be an object, not {shown(value)}"
                problems.append(Problem("wrong_type", pointer, message))
        elif pointer not in RULES:
            names = [p.rpartition("/")[2] for p in known if p.rpartition("/")[0] == place]
            hint = nearest(key, names if len(problems) < MOST_HINTS else [])
            message = f"is not a field of a request: {hint}"
            problems.append(Problem("unknown_field", pointer, message))
        elif value is not None:
            try:
                RULES[pointer](value)
            except Wrong as wrong:
                problems.append(Problem(wrong.type, pointer, str(wrong), remedy=wrong.remedy))
                continue
            if pointer in KEYS:
                answers[KEYS[pointer]] = cast(KEYS[pointer], value)
