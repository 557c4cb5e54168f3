"""Dates as people write them, in days: of any year from 1 to 9999.

A column has one order of day and month, learnt from all its training cells together.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from .cells import Flags, Values

Array = np.ndarray[Any, np.dtype[np.float64]]
EPOCH = datetime(1970, 1, 1)
ZERO_DATES = ("0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "00.00.0000")  # of databases
ISO = re.compile(r"\d{4}-\d{2}(-\d{2}([T ]\S.*)?)?")
TIME = r"(?P<time>[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp]\.?[Mm]\.?)?)?"
DAY_OR_MONTH = re.compile(r"(?P<a>\d\d?)(?P<sep>[/.-])(?P<b>\d\d?)(?P=sep)(?P<y>\d{4})" + TIME)
YEAR_FIRST = re.compile(r"(?P<y>\d{4})(?P<sep>[/.])(?P<a>\d\d?)(?P=sep)(?P<b>\d\d?)" + TIME)
STYLES = ("iso", "year_first", "day_first", "month_first")


def read(text: str, style: str) -> float:
    """Return the days since 1970 of a cell, NaN where it holds no date in this style."""
    try:
        found = read_iso(text) if style == "iso" else read_parts(text, style)
    except (ValueError, OverflowError):  # there is no such day
        return np.nan
    return np.nan if found is None else (found - EPOCH) / timedelta(days=1)


def read_iso(text: str) -> datetime | None:
    """Return the moment, in UTC where a zone is named, of ISO 8601."""
    if not ISO.fullmatch(text):
        return None
    text = f"{text}-01" if len(text) == 7 else text
    found = datetime.fromisoformat(text.removesuffix(" UTC").replace(" +", "+"))
    return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)


def read_parts(text: str, style: str) -> datetime | None:
    """Return the moment of a date whose parts stand between slashes, points or dashes."""
    parts = (YEAR_FIRST if style == "year_first" else DAY_OR_MONTH).fullmatch(text)
    if not parts:
        return None
    day, month = int(parts["a"]), int(parts["b"])
    if style != "day_first":
        day, month = month, day
    found = datetime(int(parts["y"]), month, day)
    if parts["time"]:
        found += clock(parts["time"])
    return found


def clock(text: str) -> timedelta:
    """Return the time of a day, such as 14:30 or 2:30 PM."""
    letters = re.sub(r"[^AaPpMm]", "", text).lower()
    hours, minutes, *rest = re.sub(r"[^\d:.]|\.(?!\d)", "", text).split(":")
    hour = int(hours)
    if letters:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + 12 * (letters == "pm")
    seconds = float(rest[0]) if rest else 0.0
    if hour > 23 or int(minutes) > 59 or seconds >= 60:
        raise ValueError(text)
    return timedelta(hours=hour, minutes=int(minutes), seconds=seconds)


def parse(values: Values, style: str, absent: Flags) -> Array:
    """Return the days since 1970 of N texts: NaN for what is none, or is missing."""
    codes, unique = pd.factorize(values.to_numpy(object))
    known = np.array([*(read(text, style) for text in unique), np.nan])
    return np.where(absent, np.nan, known[codes])


def days(values: Values) -> Array:
    """Return the days since 1970 of a column of dates, in UTC where they have a zone."""
    if getattr(values.dtype, "tz", None) is not None:
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    moments = values.to_numpy()  # datetime64 of some unit
    tick = np.ones((), dtype=moments.dtype.str.replace("M8", "m8"))  # of that unit
    per_day = np.timedelta64(1, "D") / tick
    found = moments.astype(np.int64) / per_day
    return np.where(np.isnat(moments), np.nan, found)


def find_style(texts: Iterable[str]) -> str:
    """Return the style of a column's cells, each of which may be a date; "" for none.

    Raises:
        ValueError: day and month cannot be told apart, or change places.
    """
    some = [*texts]
    counts = {
        name: sum(np.isfinite(read(text, name)) for text in some)
        for name in STYLES
        if any(np.isfinite(read(text, name)) for text in some[:20])
    }
    best = max(counts.values(), default=0)
    if best <= 0.9 * len(some):
        split = counts.get("day_first", 0), counts.get("month_first", 0)
        if min(split) and sum(split) > 0.9 * len(some) and all(map(DAY_OR_MONTH.fullmatch, some)):
            raise ValueError("days and months change places")
        return ""
    first = [name for name, count in counts.items() if count == best]
    if len(first) > 1:
        example = next(text for text in some if np.isfinite(read(text, first[0])))
        if "." in example.split()[0]:  # only days stand first with points
            return "day_first"
        raise ValueError(f"{example!r} may be of two days")
    return first[0]
