"""Rules for single values: a rule takes a value and raises `Wrong` if it does not fit.

The same rules hold for a request and for answers that are typed or given by `--data`.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable

from .problems import Wrong, nearest, shown
from .reading import composed, respelt, slashes

Rule = Callable[[object], None]

BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
OWN = {  # the project's own files and folders, in lower case
    *("configs", "tests", "notebooks", "docs", ".github", "pyproject.toml", "constraints.txt"),
    *("train.py", "evaluate.py", "predict.py", "validate.py", "dockerfile", "kubernetes.yaml"),
    *("slurm.sh", "readme.md", "agents.md", "license", ".gitignore", ".dockerignore"),
    *(".pre-commit-config.yaml", ".copier-answers.yml"),
}
URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)(::|:)")  # one letter would be a drive


def boolean(value: object) -> None:
    """Accept true and false."""
    if not isinstance(value, bool):
        raise Wrong("wrong_type", f"must be true or false, not {shown(value)}")


def integer(low: int, high: int) -> Rule:
    """Accept whole numbers from `low` to `high`."""

    def check(value: object) -> None:
        if isinstance(value, float) and math.isinf(value):  # too many digits, or an exponent
            raise Wrong("out_of_range", f"must be from {low} to {high}")
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong("wrong_type", f"must be a whole number, not {shown(value)}")
        if not low <= value <= high:
            raise Wrong("out_of_range", f"must be from {low} to {high}, not {shown(value)}")

    return check


def number(low: float, high: float, *, above: bool = False, below: bool = False) -> Rule:
    """Accept finite numbers from `low` to `high`, without the bounds if asked so."""

    def check(value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            meant = respelt(value)
            remedy = f"write {meant}" if meant else ""
            raise Wrong("wrong_type", f"must be a number, not {shown(value)}", remedy)
        inside = low <= value <= high and not (above and value == low)
        if not inside or not math.isfinite(value) or (below and value == high):
            wanted = limits(low, high, value, above=above, below=below)
            raise Wrong("out_of_range", f"must be {wanted}, not {shown(value)}")

    return check


def limits(low: float, high: float, value: float, *, above: bool, below: bool) -> str:
    """Say which numbers are allowed; a bound that is out of sight is left out."""
    start = f"above {low:g}" if above else f"at least {low:g}"
    end = f"below {high:g}" if below else f"at most {high:g}"
    if -high == low:  # any number that is finite
        return "a finite number" if not math.isfinite(value) else f"from {low:g} to {high:g}"
    if high >= 1000:
        return end if value > high and math.isfinite(value) else start
    return f"from {low:g} to {high:g}" if not (above or below) else f"{start} and {end}"


def optional(rule: Rule, nothing: object = None) -> Rule:
    """Accept what stands for nothing besides what `rule` accepts."""

    def check(value: object) -> None:
        if value is not nothing and not (value == nothing and value in ("", [])):
            rule(value)

    return check


def one_of(names: Iterable[str], later: Iterable[str] = ()) -> Rule:
    """Accept one of some names; those of `later` too, which no hint speaks of.

    They pass here to be refused by `contradictions.py`, which knows what they are for.
    """
    offered = list(names)
    known = {*offered, *later}

    def check(value: object) -> None:
        if not isinstance(value, str):
            raise Wrong("wrong_type", f"must be a name, not {shown(value)}")
        if value not in known:
            message = f"{shown(value)} is not known: {nearest(value, offered)}"
            raise Wrong("out_of_range", message)

    return check


def list_of(rule: Rule, most: int = 10_000) -> Rule:
    """Accept lists of at most `most` values that each pass `rule`."""

    def check(value: object) -> None:
        if not isinstance(value, list):
            remedy = "[] is an empty one" if value is None else ""
            raise Wrong("wrong_type", f"must be a list, not {shown(value)}", remedy)
        if len(value) > most:
            raise Wrong("out_of_range", f"must hold at most {most} values")
        for item in value:
            rule(item)

    return check


def distinct(rule: Rule) -> Rule:
    """Accept lists that pass `rule` and name nothing twice."""

    def check(value: object) -> None:
        rule(value)
        assert isinstance(value, list)
        seen = set()
        for item in value:
            if item in seen:
                raise Wrong("out_of_range", f"names {shown(item)} twice")
            seen.add(item)

    return check


def text(most: int, *, lines: bool = False) -> Rule:
    """Accept text of at most `most` characters, of one line unless `lines`."""

    def check(value: object) -> None:
        if not isinstance(value, str):
            hint = "" if value is None or isinstance(value, list | dict) else ": put it in quotes"
            raise Wrong("wrong_type", f"must be text, not {shown(value)}{hint}")
        if len(value) > most:
            raise Wrong("invalid_text", f"must have at most {most} characters")
        for character in value:
            if not (readable(character) or (lines and character in "\n\t")):
                raise Wrong("invalid_text", f"must not hold {character!a}")

    return check


def readable(character: str) -> bool:
    """Say whether a character is text: no control, no line break, no bidi override."""
    kind, code = unicodedata.category(character), ord(character)
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return False  # no character for all time; others may only be newer than this Python
    return kind not in ("Cc", "Cs", "Zl", "Zp") and character not in BIDI


def identifier(pattern: str, what: str) -> Rule:
    """Accept text that matches `pattern` as a whole."""

    def check(value: object) -> None:
        text(200)(value)
        if not re.fullmatch(pattern, str(value)):
            raise Wrong("invalid_text", f"must be {what}, not {shown(value)}")

    return check


def wandb_name(value: object) -> None:
    """Accept what Weights & Biases takes as the name of a project."""
    text(128)(value)
    name = str(value)
    if bad := sorted({*name} & {*"/\\#?%:"}):
        remedy = f"write {re.sub(r'[^A-Za-z0-9_.-]+', '-', name).strip('-') or 'my-project'}"
        raise Wrong("invalid_text", f"must not hold {' '.join(bad)}", remedy)
    if name != name.strip():
        raise Wrong("invalid_text", "must not begin or end with a blank")


def folder(value: object) -> None:
    """Accept a path inside the project that files will be written to."""
    if isinstance(value, str) and ("\0" in value or len(value) > 200):
        raise Wrong("unsafe_path", "must be a path of at most 200 characters without NUL")
    text(200)(value)
    parts = composed(str(value)).rstrip("/").split("/")
    for part in parts:
        plain = part and all(c.isalnum() or c in "._-" for c in part)
        bad = part in (".", "..") or part.lower() == ".git" or part[-1:] == "."
        device = part.split(".")[0].lower() in DEVICES
        if not plain or bad or device or part.startswith("-"):
            message = "must be a folder inside the project, such as runs/first, "
            raise Wrong("unsafe_path", message + f"not {shown(value)}")
    if parts[0].lower() in OWN:
        raise Wrong("unsafe_path", f"{parts[0]} holds files of the project itself")


def location(value: object) -> None:
    """Accept a path to read from, or an http(s) URL without credentials."""
    if isinstance(value, str) and "\0" in value:
        raise Wrong("unsafe_path", "must not hold NUL")
    text(1000)(value)
    path = slashes(str(value))
    scheme = URL.match(path)
    if path.startswith("~"):
        raise Wrong("unsafe_path", f"write the home folder out: {shown(value)} is not expanded")
    if path.startswith("-") or (scheme and scheme[1].lower() not in ("http", "https")):
        message = f"must be a path or an http(s) URL, not {shown(value)}"
        raise Wrong("unsafe_url", message)
    if scheme and re.search(r"\s", path):
        raise Wrong("unsafe_url", f"write a blank as %20: {shown(value)}")
    if scheme:
        host = re.fullmatch(r"https?://([^/?#\\\s]+)([/?#]\S*)?", path, re.IGNORECASE)
        if not host or "@" in host[1]:
            raise Wrong("unsafe_url", "must be http(s)://host/path without credentials")


def local(value: object) -> None:
    """Accept a path to read from, where nothing is downloaded."""
    location(value)
    if URL.match(str(value)):
        raise Wrong("unsafe_url", "is not fetched: download it first, and name the file")
