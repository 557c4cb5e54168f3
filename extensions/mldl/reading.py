"""Reading what people type: numbers, lists, shapes and fractions in their usual spellings.

What cannot be read raises ValueError: then it stays text, for the rule of its field to refuse.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import yaml

YES = ("true", "yes", "y", "on", "1", "t")
NO = ("false", "no", "n", "off", "0", "f")
NOTHING = ("", "null", "~", "none")
THOUSANDS = re.compile(r"[1-9]\d{0,2}([, _']\d{3})+")
COMMA = re.compile(r"[+-]?\d+,\d+")
BRACKETS = {"(": ")", "[": "]", "{": "}"}


def truth(word: str) -> bool:
    """Read yes or no."""
    truths = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    if word.strip().lower() not in truths:
        raise ValueError(word)
    return truths[word.strip().lower()]


def whole(word: str) -> int:
    """Read a whole number; thousands may stand apart: 1,797."""
    word = word.strip()
    return int(re.sub(r"\D", "", word) if THOUSANDS.fullmatch(word) else word)


def blank_or_whole(word: str) -> int | None:
    """Read a whole number; a blank is none."""
    return None if word.strip().lower() in NOTHING else whole(word)


def blank_or_number(word: str) -> float | None:
    """Read a number; a blank is none. `1e-4` is one too, which YAML takes for text."""
    return None if word.strip().lower() in NOTHING else float(word)


def listed(separators: str, item: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a reader of lists: of YAML, or items between separators, in any brackets or none."""

    def read(word: str) -> Any:
        plain = word.strip()
        if plain[:1] in BRACKETS and plain[-1:] == BRACKETS[plain[0]]:
            plain = plain[1:-1]
        try:
            return [item(part) for part in re.split(separators, plain.strip()) if part.strip()]
        except ValueError:
            return parsed(word)

    return read


def parsed(word: str) -> Any:
    """Read YAML; a blank is an empty list."""
    return yaml.safe_load(word) if word.strip() else []


def names(word: str) -> Any:
    """Read a list of names: of YAML, or with commas: cat, dog."""
    value = parsed(word)
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


shape = listed(r"\s*[,;xX\u00d7*]\s*|\s+", lambda part: int(part))  # 3,224,224 or 3x224x224
fractions = listed(r"\s*[,;/]\s*|\s+", float)  # 0.7, 0.2, 0.1 or 0.7/0.2/0.1


def count_or_shape(word: str) -> Any:
    """Read a number of outputs, a list of sizes, or nothing."""
    try:
        return blank_or_whole(word)
    except ValueError:
        return shape(word)


def slashes(path: str) -> str:
    r"""Return a path with / between its folders, also where Windows writes \ there."""
    return path if "://" in path else path.replace("\\", "/")


def composed(path: str) -> str:
    """Return a path with é as one letter, which macOS gives as two, and with / for folders."""
    return unicodedata.normalize("NFC", slashes(path))


def respelt(text: object) -> str:
    """Return the number that was probably meant by text, as it is to be written; or nothing."""
    if not isinstance(text, str):
        return ""
    word = text.strip()
    if COMMA.fullmatch(word):
        return word.replace(",", ".")
    if re.fullmatch(r"\d+(\.\d+)?\s*%", word):
        return f"{float(word.rstrip('% ')) / 100:g}"
    return ""
