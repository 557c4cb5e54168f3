"""What the columns of a table are: numbers, flags, dates or categories, learnt from training rows.

A column of numbers or dates is read in the one style that all its cells share. What could mean
two things, or would lose its values, is said or refused by the name of its column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..engine.errors import UserError
from . import dates, numbers
from .cells import TEXT, Values
from .findings import Finding
from .looks import MOSTLY, Look, decimal_of, look_at, look_closely
from .numbers import Style

NUMBERS = ("number", "decimal_point", "decimal_comma")
DATES = ("date", "day_first", "month_first")
CHOICES = (*NUMBERS, *DATES, "category")  # of data.column_kinds
MAX_MARKERS = 3  # texts of a column of numbers that may stand for a missing one
KINDS = "data.column_kinds"


def name_kind(name: str, kind: str) -> str:
    """Return the setting that gives a column a kind."""
    setting = {name: kind}
    return f"data.column_kinds {setting}"


@dataclass(frozen=True)
class Kind:
    """What one column is, and how its cells are written."""

    kind: str  # number, flag, date or category
    style: Style = field(default_factory=Style)  # of numbers
    order: str = "iso"  # of dates
    markers: Sequence[str] = field(default_factory=list)  # more texts for a missing value


def find_kinds(
    frame: pd.DataFrame,
    wanted: Mapping[str, str],
    absent: Sequence[str],
    findings: list[Finding],
) -> dict[str, Kind]:
    """Return the kind of each column of training rows.

    Args:
        frame: Columns of text, or of a type.
        wanted: Kinds that data.column_kinds names.
        absent: Texts that data.missing_values names.
        findings: Takes up what there is to say.

    Raises:
        UserError: a column can be read in two ways, or not as `wanted`.
    """
    texts = [str(name) for name in frame.columns if frame[name].dtype == TEXT]
    looks = {name: look_at(name, frame[name], absent) for name in texts}
    marks = [mark for each in looks.values() if (mark := decimal_of(each))]
    decimal = marks[0] if len({*marks}) == 1 else ""
    found = {}
    for name in map(str, frame.columns):
        asked = wanted.get(name, "")
        if name not in looks:
            found[name] = Kind("category" if asked == "category" else kind_of_type(frame[name]))
            continue
        found[name] = kind_of(looks[name], asked, decimal, findings)
        if absent and found[name].kind != "flag":
            kind = found[name]
            found[name] = Kind(kind.kind, kind.style, kind.order, [*kind.markers, *absent])
    return found


def kind_of_type(values: Values) -> str:
    """Return the kind of a column whose file gives it a type."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    return "flag" if pd.api.types.is_bool_dtype(values) else "number"


def kind_of(look: Look, asked: str, decimal: str, findings: list[Finding]) -> Kind:
    """Return the kind of a column of text, or that which is asked for."""
    if asked == "category" or not len(look.present):
        return Kind("category")
    if look.plain and not asked:
        return plain_kind(look, decimal, findings)
    if not asked and {text.lower() for text in look.counts} <= numbers.FLAGS.keys():
        return Kind("flag")
    if asked in DATES or not asked:
        order = date_order(look, asked)
        if order:
            rest = [text for text in look.counts if np.isnan(dates.read(text, order))]
            markers = find_markers(look, rest, findings, [*dates.ZERO_DATES])
            return Kind("date", order=order, markers=markers)
    if asked in DATES:
        cells = ", ".join(map(repr, [*look.counts][:3]))
        raise UserError(f"{KINDS}: column {look.name!r} holds no such dates, but {cells}")
    if asked in NUMBERS and look.plain:
        look = look_closely(look)
    return number_kind(look, asked, decimal, findings)


def plain_kind(look: Look, decimal: str, findings: list[Finding]) -> Kind:
    """Return the kind of a column of numbers without any ornament."""
    place = f"column {look.name!r}"
    if numbers.is_code(look.present):
        cells = look.present[look.present.str.fullmatch(r"[+-]?0\d+")].unique()[:3]
        text = ", ".join(map(str, cells))
        remedy = f"{name_kind(look.name, 'number')} makes numbers of them"
        findings.append(Finding("note", place, f"codes such as {text} are categories", remedy))
        return Kind("category")
    if decimal == "," and look.present.str.contains(".", regex=False).any():
        return number_kind(look_closely(look), "", decimal, findings)
    return Kind("number")


def date_order(look: Look, asked: str) -> str:
    """Return the order of day, month and year in a column of dates; "" if it is none."""
    if asked in ("day_first", "month_first"):
        return asked
    some = [text for text in look.counts if text not in dates.ZERO_DATES]
    likely = [text for text in some if any(letter.isdigit() for letter in text)]
    if sum(look.counts[text] for text in likely) <= 0.5 * sum(look.counts.values()):
        return ""
    try:
        return dates.find_style(likely)
    except ValueError as error:
        remedy = f"say {name_kind(look.name, 'day_first')} or month_first"
        raise UserError(f"column {look.name!r}: {error}: {remedy}") from None


def number_kind(look: Look, asked: str, decimal: str, findings: list[Finding]) -> Kind:
    """Return the kind of a column, some cells of which are numbers."""
    rest = [text for text in look.counts if text not in look.numbers]
    kept = sorted((n for n in look.counts.values() if n > 1), reverse=True)[:20]
    few = sum(kept) > MOSTLY * sum(look.counts.values())  # each value can be a category
    if not asked and (look.fraction <= 0.5 or (look.fraction <= MOSTLY and few)):
        return Kind("category")
    markers = find_markers(look, rest, findings)
    if not asked and look.fraction <= MOSTLY and {*markers} != {*rest}:
        return Kind("category")
    style = find_style(look, asked, decimal)
    if style != Style() and not asked:
        example = next(text for text in look.numbers if not text.isdigit())
        value = f"{example!r} as {style.read(example):.12g}"
        findings.append(Finding("note", f"column {look.name!r}", f"numbers are read: {value}"))
    return Kind("number", style, markers=markers)


def find_style(look: Look, asked: str, decimal: str) -> Style:
    """Return how the numbers of a column are written.

    Raises:
        UserError: its cells contradict each other, or may mean two things.
    """
    place, found = f"column {look.name!r}", {**look.verdicts}
    units = numbers.units(look.numbers)
    if len(units.keys() - {""}) > 1 or {"%", ""} <= units.keys():
        cells = " and ".join(map(repr, [*units.values()][:2]))
        raise UserError(f"{place}: units differ, {cells}: write numbers of one unit")
    unit = max(units, default="")
    try:
        mark = numbers.decide(found, decimal)
    except ValueError as error:
        raise UserError(f"{place}: {error}: write all in one way") from None
    if asked in ("decimal_point", "decimal_comma"):
        mark = "." if asked == "decimal_point" else ","
    if not mark:
        text = found["either"]
        sure = text.replace(",", "")
        problem = f"{text!r} may be {sure} or {text.replace(',', '.')}"
        remedy = f"say {name_kind(look.name, 'decimal_point')} or decimal_comma"
        raise UserError(f"{place}: {problem}: {remedy}")
    grouping = {"grouped", "either"} if mark == "." else {"dots", "dotted"}
    return Style(mark, bool(grouping & found.keys()), unit)


def find_markers(
    look: Look, rest: Sequence[str], findings: list[Finding], known: Sequence[str] = ()
) -> list[str]:
    """Return those texts of the `rest` of a column that must stand for a missing value.

    They are `known`, or a few words without digits that come again and again.
    """
    words = [
        text
        for text in rest
        if text in known or (look.counts[text] > 1 and not any(letter.isdigit() for letter in text))
    ]
    if len(words) > MAX_MARKERS:
        return []
    if words:
        count = sum(look.counts[text] for text in words)
        cells = f"{', '.join(map(repr, words))} in {count} of {sum(look.counts.values())} cells"
        remedy = f"{name_kind(look.name, 'category')} keeps the words apart"
        problem = f"{cells} counts as missing"
        findings.append(Finding("warning", f"column {look.name!r}", problem, remedy))
    return words
