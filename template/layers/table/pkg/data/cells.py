"""What a cell says: text, as a file holds it, whatever else stands in its column.

A frame here has columns of text (`TEXT`, stripped, "" for a missing value), and columns that
a file with types of its own brings: numbers, dates and durations.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from ..engine.errors import UserError

TEXT = pd.StringDtype("pyarrow")
# What means a missing number or date, beside an empty cell; in other columns, and as a label,
# each of them is a text like any other.
NO_VALUE = "na n/a n.a. #n/a nan -nan null none nil <na> nat ? - -- . inf +inf -inf infinity"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
Values: TypeAlias = "pd.Series[Any]"  # one column, N values
Flags: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]


def tidy(frame: pd.DataFrame, said: list[str], ignored: Collection[str] = ()) -> pd.DataFrame:
    """Return the columns as text and typed numbers, without the index that `to_csv` writes.

    Args:
        frame: A table, as a source finds it.
        said: Takes up what is done about it, in words.
        ignored: Columns to leave as they are.

    Raises:
        UserError: columns have no name, or the same; a column holds nested or binary values.
    """
    frame = frame.copy(deep=False)
    frame.attrs = {}  # which each operation would copy
    frame = frame.set_axis([str(name).strip() for name in frame.columns], axis=1)
    if len(frame.columns) > 1 and re.fullmatch(r"|Unnamed: 0|__index_level_0__", frame.columns[0]):
        name = frame.columns[0]
        what = f"{name!r}" if name else "which has no name"
        said.append(f"the first column, {what}, is left out as the index of another program")
        frame = frame.iloc[:, 1:]
    for position, name in reversed([*enumerate(frame.columns, 1)]):
        if not name and (frame.iloc[:, position - 1].fillna("") == "").all():
            frame = frame.drop(frame.columns[position - 1], axis=1)
    if not all(frame.columns):
        raise UserError(f"column {[*frame.columns].index('') + 1} of {[*frame.columns]}: no name")
    if not frame.columns.is_unique:
        raise UserError(f"two columns of {[*frame.columns]} have the same name")
    done = {name: plain(frame[name]) for name in frame.columns if name not in ignored}
    return pd.DataFrame(done, index=frame.index)


def plain(values: Values) -> Values:
    """Return a column of text or of one type; lists stay, for `expand`."""
    kind = values.dtype
    if isinstance(kind, pd.StringDtype):
        return values.fillna("").astype(TEXT).str.strip()
    if isinstance(kind, pd.CategoricalDtype):
        texts = [text_of(each) for each in kind.categories]
        found = np.array([*texts, ""], dtype=object)[values.cat.codes]
        return pd.Series(found, values.index, dtype=TEXT)
    if isinstance(kind, np.dtype) and kind.kind != "O":
        return values.dt.total_seconds() / 86400 if kind.kind == "m" else values
    if not isinstance(kind, np.dtype) and pd.api.types.is_numeric_dtype(kind):  # with its own NA
        return pd.Series(values.to_numpy(np.float64, na_value=np.nan), values.index)
    if pd.api.types.is_datetime64_any_dtype(kind):
        return values
    if values.map(is_list).any():
        return values
    return pd.Series([text_of(each) for each in values], values.index, dtype=TEXT)


def text_of(value: object) -> str:
    """Return a value as `to_csv` would write it, but whole floats without a point."""
    if isinstance(value, bytes | dict | set):
        raise UserError(f"{str(value)[:40]!r} is {type(value).__name__}, not a number or text")
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return str(value.date())
    return str(value).strip()


def as_text(values: Values) -> Values:
    """Return the text of each cell, "" for a missing one; the same whatever stands beside it."""
    if values.dtype == TEXT:
        return values
    return pd.Series([text_of(each) for each in values], values.index, dtype=TEXT)


def is_list(value: object) -> bool:
    """Say whether a cell holds several values."""
    return isinstance(value, list | tuple | np.ndarray | dict | set | bytes)


def expand(
    frame: pd.DataFrame, known: Mapping[str, int] | None = None
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Make a column `name[0]`, `name[1]`, … of each place in lists of numbers of one length.

    Args:
        frame: The columns in use.
        known: Length of the lists of each such column, where training knows it.

    Returns:
        The columns, and the length of the lists of those that were expanded.

    Raises:
        UserError: lists are not of one length, or values are nested in another way.
    """
    lengths = {}
    for name in [str(name) for name in frame.columns if frame[name].dtype == object]:
        values = frame[name]
        length = (known or {}).get(name) or len(next(filter(is_list, values)))
        lengths[name] = length
        rows = [check_list(name, values, k, length) for k in range(len(values))]
        found = np.array(rows, dtype=np.float64).reshape(len(rows), length)
        parts = {f"{name}[{k}]": found[:, k] for k in range(length)}
        position = frame.columns.get_loc(name)
        assert isinstance(position, int)
        before, after = frame.iloc[:, :position], frame.iloc[:, position + 1 :]
        frame = pd.concat([before, pd.DataFrame(parts, index=frame.index), after], axis=1)
    return frame, lengths


def check_list(name: str, values: Values, k: int, length: int) -> Iterable[float]:
    """Return the numbers of a cell, all missing where the cell is."""
    value = values.iloc[k]
    place = f"column {name!r}, {place_of(values, k)}"
    if isinstance(value, dict | set | bytes):
        raise UserError(
            f"{place}: {type(value).__name__} {str(value)[:40]!r}: make columns of numbers or text "
            "of it, or name it in data.ignored_columns"
        )
    if not is_list(value):
        if text_of(value):
            raise UserError(f"{place}: {value!r} is no list, but others in the column are")
        return [np.nan] * length
    try:
        numbers = np.array([np.nan if each is None else each for each in value], dtype=np.float64)
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.shape != (length,):
        what = f"{str(value)[:40]!r} is not a list of {length} numbers, as others are"
        raise UserError(f"{place}: {what}: make columns of it, or name it in data.ignored_columns")
    found: list[float] = numbers.tolist()
    return found


def place_of(values: Values, k: int) -> str:
    """Say where the k-th value stands: its line in a text file, or its row."""
    return f"{values.index.name or 'row'} {values.index[k]}"


def missing(values: Values, more: Collection[str] = ()) -> Flags:
    """Return which cells of N hold no number or date; `more` texts mean that, too."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return np.asarray(values.isna(), dtype=np.bool_)
    if values.dtype != TEXT:
        numbers = values.to_numpy(np.float64)
        marked = np.isin(numbers, [float(text) for text in more if NUMBER.fullmatch(text)])
        return np.asarray(~np.isfinite(numbers) | marked, dtype=np.bool_)
    words = {text for each in NO_VALUE.split() for text in (each, each.upper(), each.capitalize())}
    words |= {"", "NaN", "-NaN", "NaT", *more}
    return np.asarray(values.isin([*words]), dtype=np.bool_)
