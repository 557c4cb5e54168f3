"""How the columns of a table become numbers, learnt from the training split alone.

A number is standardised. A missing one counts as the median, and where training rows
lacked some, a feature says so. A category has a feature of 0 or 1 for each value that
two training rows or more hold, the most frequent `MAX_CATEGORIES` at most; all other
values share one more. Missing is a value like others; dates and durations count in days.

N rows, F features.
"""

import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from ..engine.errors import UserError

MAX_CATEGORIES = 64
MISSING = "(missing)"
OTHER = "(other)"

Values: TypeAlias = "pd.Series[Any]"  # one column, N values
Array: TypeAlias = np.ndarray[Any, np.dtype[np.floating[Any]]]


@dataclass(frozen=True)
class Column:
    """What one column holds, and what its training rows taught."""

    name: str
    kind: str  # number, date or category
    median: float = 0.0
    mean: float = 0.0
    std: float = 1.0
    has_missing: bool = False
    categories: Sequence[str] = field(default_factory=list)

    @classmethod
    def fit(cls, name: str, values: Values) -> "Column":
        """Learn from the training rows."""
        kind = kind_of(values)
        if kind == "category":
            if kind_of(as_text(values).str.replace(",", ".")) != kind:
                print(f"warning: column {name!r} is a category: its numbers have a decimal comma")
            counts = as_text(values).value_counts()
            categories = sorted(counts[counts > 1].index[:MAX_CATEGORIES])
            return cls(name, kind, categories=categories)
        numbers = as_numbers(values, kind, name)
        missing = np.isnan(numbers)
        median = 0.0 if missing.all() else float(np.nanmedian(numbers))
        numbers = np.where(missing, median, numbers)
        mean, std = numbers.mean(), numbers.std()
        if np.ptp(numbers) == 0:  # it becomes 0, and no error of rounding becomes large
            mean, std = numbers[0], 1.0
        return cls(name, kind, median, float(mean), float(std), bool(missing.any()))

    @property
    def features(self) -> list[str]:
        """Name the features, in the order of `encode`."""
        if self.kind == "category":
            return [f"{self.name}={value}" for value in (*self.categories, OTHER)]
        return [self.name] + [f"{self.name}={MISSING}"] * self.has_missing

    def encode(self, values: Values) -> Array:
        """Map N values to features [N, F]."""
        if self.kind == "category":
            # -1, the last feature, for a value that is none of the categories
            codes = pd.Index(self.categories).get_indexer(pd.Index(as_text(values)))
            return np.eye(len(self.features))[codes]
        numbers = as_numbers(values, self.kind, self.name)
        missing = np.isnan(numbers)
        scaled = (np.where(missing, self.median, numbers) - self.mean) / self.std
        return np.stack([scaled] + [missing] * self.has_missing, axis=1)


@dataclass(frozen=True)
class Columns:
    """All columns that the model sees."""

    columns: Sequence[Column]

    @classmethod
    def fit(cls, frame: pd.DataFrame) -> "Columns":
        """Learn from the training rows."""
        return cls([Column.fit(str(name), frame[name]) for name in frame])

    @property
    def features(self) -> list[str]:
        """Name the features, in the order of `encode`."""
        return [name for column in self.columns for name in column.features]

    def encode(self, frame: pd.DataFrame) -> Tensor:
        """Map N rows to features [N, F]; columns that training had not are left out.

        Raises:
            UserError: the table lacks a column, or a number is none.
        """
        for column in self.columns:
            require_column(frame, column.name, "the model was trained with")
        encoded = [column.encode(frame[column.name]) for column in self.columns]
        return torch.from_numpy(np.concatenate(encoded, axis=1).astype(np.float32))

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, strings and numbers, for a checkpoint."""
        return asdict(self)

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> "Columns":
        """Take up what `to_dict` returned."""
        return cls([Column(**column) for column in state["columns"]])


def kind_of(values: Values) -> str:
    """Tell numbers and dates (ISO 8601) from categories."""
    if pd.api.types.is_numeric_dtype(values):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "date"
    present = values.dropna()
    for kind in ("number", "date"):  # a few values may be wrong: `as_numbers` says so
        if np.isfinite(parse(present, kind)).sum() > 0.9 * len(present):
            return kind
    return "category"


def parse(values: Values, kind: str) -> Array:
    """Map N numbers or dates to N numbers; NaN stands for what is neither."""
    if kind == "date":
        dates = pd.to_datetime(values, errors="coerce", format="ISO8601", utc=True)
        numbers = (dates - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
    elif pd.api.types.is_timedelta64_dtype(values):  # as a number, a missing one would be -2^63
        numbers = pd.to_timedelta(values) / pd.Timedelta(days=1)
    else:
        numbers = pd.to_numeric(values, errors="coerce")
    return numbers.to_numpy(np.float64, na_value=np.nan)


def as_numbers(values: Values, kind: str, name: str) -> Array:
    """Map N numbers or dates to N numbers, NaN where a value is missing or infinite."""
    numbers = parse(values, kind)
    wrong = np.isnan(numbers) & values.notna().to_numpy()
    if wrong.any():
        row, value = next(iter(values[wrong].items()))
        place = f"{values.index.name or 'row'} {row}"
        raise UserError(f"column {name!r}, {place}: {value!r} is no {kind}")
    return np.where(np.isinf(numbers), np.nan, numbers)


def as_text(values: Values) -> Values:
    """Write every value as text; whole numbers, which a gap turns into floats, without a point."""
    return values.convert_dtypes().astype(object).where(values.notna(), MISSING).astype(str)


def require_column(frame: pd.DataFrame, name: str, why: str) -> None:
    """Refuse a table without the column, and name the nearest that it has."""
    if name not in frame:
        near = difflib.get_close_matches(name, map(str, frame), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UserError(f"the table has no column {name!r}, which {why}{hint}")
