"""Numbers as people write them: 1,234,567 or 1.234,5 or $12.50 or 12.3 % or 1 234.

A column has one style, learnt from all its training cells together, so that 1,234 means the
same in every row. What could mean two things is refused by name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .cells import NUMBER, TEXT, Flags, Values

Array = np.ndarray[Any, np.dtype[np.float64]]
CODES = "USD|EUR|GBP|JPY|CHF|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|KRW"
SYMBOLS = rf"[$€£¥₹₽₩₺%]|{CODES}"
AROUND = re.compile(rf"(?P<before>{SYMBOLS})?\s*(?P<number>[^\s].*?)\s*(?P<after>{SYMBOLS})?")
BLANK = r"[ \u00a0\u202f'\u2019]"  # between thousands
BLANKS = re.compile(rf"[1-9]\d?\d?({BLANK}\d\d\d)+([.,]\d*)?")
LONGEST = 64  # characters of a number
FLAGS = {"true": 1.0, "false": 0.0}
# What a number, without its sign, says of the point and the comma in its column.
VERDICTS = {
    "whole": r"\d+",
    "dotted": r"[1-9]\d{0,2}\.\d{3}",  # 1.234: thousands, where commas are decimal
    "point": r"\d*\.\d*([eE][+-]?\d+)?|\d+[eE][+-]?\d+",
    "dots": r"[1-9]\d{0,2}(\.\d{3}){2,}",
    "grouped": r"[1-9]\d{0,2}(,\d{3}){2,}(\.\d*)?|[1-9]\d{0,2},\d{3}\.\d*",
    "either": r"[1-9]\d{0,2},\d{3}",  # 1,234: thousands or a decimal
    "comma": r"\d*,\d*([eE][+-]?\d+)?|[1-9]\d{0,2}(\.\d{3})+,\d*",
}
PATTERNS = {name: re.compile(pattern) for name, pattern in VERDICTS.items()}


@dataclass(frozen=True)
class Style:
    """How the numbers of one column are written."""

    decimal: str = "."  # the other of point and comma, and blanks, may stand between thousands
    grouped: bool = False  # whether it does
    unit: str = ""  # that stands before or after each number

    def __str__(self) -> str:
        unit = f" with {self.unit}" * bool(self.unit)
        between = "," if self.decimal == "." else "."
        return f"{'1' + between if self.grouped else ''}234{self.decimal}5{unit}"

    def read(self, text: str) -> float:
        """Return the number that a cell holds, NaN where it holds none in this style."""
        parts = split(text)
        if parts is None:
            return np.nan
        sign, digits, unit = parts
        verdict = judge(digits)
        if unit not in (self.unit, "") or (self.unit == "%" and not unit):
            return np.nan
        if self.decimal == ",":
            fits = verdict in ("whole", "dotted", "dots", "either", "comma")
            digits = digits.replace(".", "").replace(",", ".")
        else:
            commas = ("grouped", "either") if self.grouped else ()
            fits = verdict in ("whole", "point", "dotted", *commas)
            digits = digits.replace(",", "")
        return sign * float(digits) if fits and NUMBER.fullmatch(digits) else np.nan


def split(text: str) -> tuple[int, str, str] | None:
    """Return the sign, the digits and the unit of a number; None where it is none."""
    if len(text) > LONGEST:
        return None
    text, sign = text.strip().replace("\u2212", "-"), 1
    if text.startswith("(") and text.endswith(")"):  # as accountants write it
        text, sign = text[1:-1], -1
    if text[:1] in "+-":
        text, sign = text[1:].strip(), -sign if text[:1] == "-" else sign
    parts = AROUND.fullmatch(text)
    if not parts or (parts["before"] and parts["after"]):
        return None
    digits = parts["number"]
    if parts["before"] and digits[:1] == "-":  # $-5
        digits, sign = digits[1:], -sign
    if BLANKS.fullmatch(digits):
        digits = re.sub(BLANK, "", digits)
    return sign, digits, parts["before"] or parts["after"] or ""


def judge(digits: str) -> str:
    """Return what a number says of the style of its column; blank for no number."""
    if not re.search(r"\d", digits):
        return ""
    return next((name for name, x in PATTERNS.items() if x.fullmatch(digits)), "")


def parse_plain(values: Values, absent: Flags) -> Array | None:
    """Return the numbers of N texts, all of which are plain; None if one is not."""
    try:
        found = np.asarray(values.mask(absent, "nan").astype("double[pyarrow]"), dtype=np.float64)
    except (ValueError, TypeError):  # pyarrow's error is the first
        return None
    odd = np.isnan(found) & ~absent
    return None if odd.any() else found


def parse(values: Values, style: Style, absent: Flags) -> Array:
    """Return the numbers of N texts in a style: NaN for what is none, or is missing."""
    if style == Style() and (found := parse_plain(values, absent)) is not None:
        return found
    codes, unique = pd.factorize(values.to_numpy(object))
    known = np.array([style.read(text) for text in unique], dtype=np.float64)
    return np.where(absent, np.nan, known[codes]) if len(unique) else np.full(len(values), np.nan)


def parse_flags(values: Values) -> Array:
    """Return 1 for true, 0 for false, in any case of letters, and NaN for all else."""
    codes, unique = pd.factorize(values.to_numpy(object))
    known = [FLAGS.get(str(text).lower(), np.nan) for text in unique]
    return np.array([*known, np.nan])[codes]


def is_code(values: Values) -> bool:
    """Say whether a text of N has a leading zero that a number would lose: 007."""
    return bool(values.astype(TEXT).str.fullmatch(r"[+-]?0\d+").any())


def evidence(texts: Iterable[str]) -> dict[str, str]:
    """Return the verdicts of some cells, each with a cell that shows it."""
    found: dict[str, str] = {}
    for text in texts:
        parts = split(text)
        if parts and (verdict := judge(parts[1])):
            found.setdefault(verdict, text)
    return found


def units(texts: Iterable[str]) -> dict[str, str]:
    """Return the units of some cells, each with a cell that shows it."""
    found: dict[str, str] = {}
    for text in texts:
        parts = split(text)
        if parts and judge(parts[1]):
            found.setdefault(parts[2], text)
    return found


def decide(found: dict[str, str], decimal: str) -> str:
    """Return the decimal mark of a column, "" where its cells leave it open.

    Args:
        found: Verdicts of its cells.
        decimal: The mark of the other columns of the file, where they show one.

    Raises:
        ValueError: its cells contradict each other.
    """
    comma = found.keys() & {"comma", "dots"}
    point = found.keys() & {"grouped", "point"}
    if comma and point:
        cells = " and ".join(found[min(kind)] for kind in (comma, point))
        raise ValueError(f"decimal commas and points: {cells}")
    if comma or point:
        return "," if comma else "."
    if found.keys() & {"either"}:
        return "." if "dotted" in found else decimal
    return decimal if "dotted" in found and decimal == "," else "."
