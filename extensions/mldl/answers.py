"""Checks of answers that are given: by `--data`, by a request, or stored in a project.

What a project was made with is never judged again: a stricter rule in a later version of
the template must not lock its owner out. What decides the project's shape is frozen.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .advice import complete
from .catalog.choices import LATER, LATER_EXTRAS
from .catalog.spelling import understood
from .contradictions import check
from .fields import FIELDS, FROZEN, GROUPS, cast
from .problems import Problem, Rejected, Wrong, nearest, shown
from .reading import NO
from .request import Malformed, flatten, parse_json, read
from .stored import left

Answers = dict[str, Any]
NOT_ANSWERS = ("request_file", "request", "_commit", "_src_path", *GROUPS)


def accept(
    data: Mapping[str, Any],
    stored: Mapping[str, Any],
    folder_name: str = "",
    preferred: Mapping[str, Any] = MappingProxyType({}),
) -> Answers:
    """Return the answers that a request gives, after checking them and `data`.

    Args:
        data: What was given by `--data`, untyped; it wins over the request.
        stored: The answers of the project that is updated; empty for a new one.
        folder_name: The destination, which the project is called after.
        preferred: The user's own defaults for all templates; all else wins over them.

    Raises:
        Rejected: with everything that is wrong.
    """
    answers, problems = read_request(data, stored)
    problems += both(data)
    task = next((each["task"] for each in (data, answers, stored) if each.get("task")), None)
    answers = understood(answers, task)
    typed = understood({key: cast(key, data[key]) for key in data if key in FIELDS}, task)
    changed = {key: typed[key] for key in typed if not same(key, typed[key], stored)}
    problems += unknown(data, stored) + frozen(changed, stored)
    for key, value in changed.items():
        if message := problem_with(key, value):
            problems.append(message)
    hers = {key: f"{key} in your Copier settings" for key in {*preferred} - {*answers} - {*typed}}
    wrong = (problem_with(key, preferred[key]) for key in hers)
    problems += [each._replace(pointer=hers[each.pointer]) for each in wrong if each]
    if not problems:
        old = {key: cast(key, stored[key]) for key in stored if key in FIELDS}
        every = complete({"folder_name": folder_name, **preferred, **answers, **old, **typed})
        if gone := [key for key in left(stored, every) if key not in typed]:
            old = {key: value for key, value in old.items() if key not in gone}
            every = complete({"folder_name": folder_name, **answers, **old, **typed})
        fresh = set(changed) if stored else set(FIELDS)
        pointers = hers | {key: FIELDS[key].pointer for key in set(answers) - set(typed)}
        moved = {key: every[key] for key in FROZEN if not same(key, every[key], stored)}
        problems = frozen(moved, stored) or [
            place(problem, pointers)
            for problem in check(every)
            if not fresh.isdisjoint(keys(problem))
        ]
    if problems:
        raise Rejected(problems)
    return answers


def both(data: Mapping[str, Any]) -> list[Problem]:
    """Return a problem if two requests are given at once."""
    if data.get("request_file") and data.get("request") not in (None, ""):
        message = "both hold a request: leave one of them out"
        return [Problem("contradiction", "request_file", message, "request")]
    return []


def read_request(
    data: Mapping[str, Any], stored: Mapping[str, Any]
) -> tuple[Answers, list[Problem]]:
    """Return the answers of the request that is given or stored, and its problems."""
    for key in ("request_file", "request"):
        if stored and data.get(key) and data[key] != stored.get(key):
            message = "a request makes a new project; change an answer with --data key=value"
            raise Rejected([Problem("contradiction", key, message)])
    if isinstance(stored.get("request"), dict):
        return flatten(stored["request"])[0], []  # judged when the project was made
    request = given_request(data)
    return flatten(request) if request is not None else ({}, [])


def given_request(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the request that is given, in a file or as text."""
    if data.get("request_file"):
        return read(str(data["request_file"]))
    request = data.get("request")
    if request is None or (isinstance(request, str) and not request.strip()):
        return None
    try:
        return object_of(request)
    except Malformed as error:
        raise Rejected([Problem("malformed_json", "request", str(error))]) from None


def object_of(request: Any) -> dict[str, Any]:
    """Return the object that is given as a request: as text, or in a file of answers.

    Raises:
        Malformed: it is no JSON object.
    """
    try:
        text = request if isinstance(request, str) else json.dumps(request, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise Malformed(f"must be a JSON object, not {shown(request)}") from None
    found = parse_json(text.encode("utf-8", "surrogatepass"))
    return found if isinstance(request, str) else request


def unknown(data: Mapping[str, Any], stored: Mapping[str, Any]) -> list[Problem]:
    """Return a problem for each name in `data` that is no answer."""
    names = set(data) - set(FIELDS) - set(NOT_ANSWERS) - set(stored)
    names -= {key for key in LATER_EXTRAS if str(data.get(key)).lower() in NO}
    problems = []
    for key in sorted(names):
        message = f"is not a question: {nearest(key, FIELDS)}".removesuffix(": ")
        problem = Problem("unknown_field", key, message)
        later = Problem("out_of_range", key, f"{key} is {LATER}: leave it out")
        problems.append(later if key in LATER_EXTRAS else problem)
    return problems


def frozen(changed: Mapping[str, Any], stored: Mapping[str, Any]) -> list[Problem]:
    """Return a problem for each changed answer that the project's files depend on."""
    message = "is settled at {}: another value would replace files that you may have "
    message += "edited; make a new project for {}"
    return [
        Problem("contradiction", key, message.format(shown(stored[key]), shown(changed[key])))
        for key in FROZEN
        if key in changed and key in stored
    ]


def problem_with(key: str, value: object) -> Problem | None:
    """Return what is wrong with one value by itself."""
    try:
        FIELDS[key].rule(value)
    except Wrong as wrong:
        return Problem(wrong.type, key, str(wrong), remedy=wrong.remedy)
    return None


def same(key: str, value: object, stored: Mapping[str, Any]) -> bool:
    """Say whether a value is the one that is stored."""
    return key in stored and bool(cast(key, stored[key]) == value)


def keys(problem: Problem) -> set[str]:
    """Return the answers that a problem is about."""
    return {problem.pointer, problem.other.partition("/")[0]} - {""}


def place(problem: Problem, pointers: Mapping[str, str]) -> Problem:
    """Point into the request where it is the request that is wrong."""
    key, slash, index = problem.other.partition("/")
    other = pointers.get(key, key) + slash + index
    if problem.pointer not in pointers and key in pointers:  # one was not given at all
        return problem._replace(pointer=other, other=problem.pointer)
    return problem._replace(pointer=pointers.get(problem.pointer, problem.pointer), other=other)
