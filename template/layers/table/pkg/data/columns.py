"""How the columns of a table become numbers, learnt from the training split alone.

A number is standardised. A missing or infinite one counts as the median, and where training rows
lacked some, a feature says so. A category has a feature of 0 or 1 for each text that two training
rows or more hold, the most frequent `MAX_CATEGORIES` at most; all other texts share one more.
Missing is a text like others; dates and durations count in days.

N rows, F features.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from ..engine.errors import UserError
from . import dates, numbers
from .cells import TEXT, Flags, Values, as_text, missing, place_of
from .findings import Finding
from .kinds import Kind, find_kinds
from .numbers import Array, Style
from .oddities import warn_far, warn_sentinels, warn_unseen

MAX_CATEGORIES = 64
MISSING = "(missing)"
OTHER = "(other)"
FAR = 1e12  # standard deviations from the mean, beyond which no model has an answer


class CellError(UserError):
    """A cell of a row cannot be read like those of its column."""


@dataclass(frozen=True)
class Column:
    """What one column holds, and what its training rows taught."""

    name: str
    kind: str  # number, flag, date or category
    decimal: str = "."  # how numbers are written: `numbers.Style`
    grouped: bool = False
    unit: str = ""
    order: str = "iso"  # of day, month and year
    markers: Sequence[str] = field(default_factory=list)  # more texts for a missing value
    median: float = 0.0
    mean: float = 0.0
    std: float = 1.0
    has_missing: bool = False
    categories: Sequence[str] = field(default_factory=list)
    rare: int = 0  # training rows of all other texts

    @classmethod
    def of(cls, name: str, kind: Kind) -> "Column":
        """Return a column that has learnt nothing but its kind."""
        style, markers = kind.style, [*kind.markers]
        return cls(name, kind.kind, style.decimal, style.grouped, style.unit, kind.order, markers)

    @classmethod
    def fit(cls, name: str, values: Values, kind: Kind, findings: list[Finding]) -> "Column":
        """Learn from the training rows."""
        column = cls.of(name, kind)
        if kind.kind == "category":
            texts = column.texts(values)
            counts = texts.value_counts()
            often = sorted((-n, str(text)) for text, n in counts[counts > 1].items())
            often = often[:MAX_CATEGORIES]
            seen = -sum(n for n, _ in often) / max(1, len(texts))
            warn_unseen(name, texts, counts, seen, findings)
            kept, rare = sorted(text for _, text in often), round((1 - seen) * len(texts))
            return replace(column, categories=kept, rare=rare)
        found = column.numbers(values)
        absent = np.isnan(found)
        median = 0.0 if absent.all() else float(np.nanmedian(found))
        found = np.where(absent, median, found)
        if kind.kind == "date":
            warn_far(name, values, found, median, findings)
        if kind.kind == "number":
            warn_sentinels(name, values, found[~absent], findings)
        mean, std = measure(found)
        some = bool(absent.any())
        return replace(column, median=median, mean=mean, std=std, has_missing=some)

    @property
    def style(self) -> Style:
        """Return how the numbers are written."""
        return Style(self.decimal, self.grouped, self.unit)

    @property
    def features(self) -> list[str]:
        """Name the features, in the order of `encode`."""
        if self.kind == "category":
            return [f"{self.name}={value}" for value in (*self.categories, OTHER)]
        return [self.name] + [f"{self.name}={MISSING}"] * self.has_missing

    def texts(self, values: Values) -> Values:
        """Return N texts, missing ones as `MISSING`."""
        texts = as_text(values)
        return texts.mask((texts == "") | texts.isin([*self.markers]), MISSING)

    def numbers(self, values: Values) -> Array:
        """Map N cells to N numbers, NaN where one is missing or infinite.

        Raises:
            UserError: a cell holds no number, flag or date.
        """
        found, wrong = self.judge(values)
        if wrong.any():
            k = int(wrong.argmax())
            infinite = np.isinf(found[k])
            problem = "is beyond all floats" if infinite else f"is no {self.kind}"
            place = f"column {self.name!r}, {place_of(values, k)}"
            raise CellError(f"{place}: {values.iloc[k]!r} {problem}")
        return found

    def judge(self, values: Values) -> tuple[Array, Flags]:
        """Return N numbers, NaN where one is missing or wrong; and which cells are wrong."""
        absent = missing(values, self.markers)
        found = self.parse(values, absent)
        return found, (np.isnan(found) & ~absent) | np.isinf(found)

    def parse(self, values: Values, absent: Flags) -> Array:
        """Map N cells to N numbers, NaN where one is missing or has not this column's kind."""
        if values.dtype == TEXT:
            if self.kind == "date":
                return dates.parse(values, self.order, absent)
            if self.kind == "flag":
                flags = numbers.parse_flags(values)
                return np.where(np.isnan(flags), numbers.parse(values, Style(), absent), flags)
            return numbers.parse(values, self.style, absent)
        if pd.api.types.is_datetime64_any_dtype(values) != (self.kind == "date"):
            return np.full(len(values), np.nan)
        if self.kind == "date":
            return dates.days(values)
        return np.where(absent, np.nan, values.to_numpy(np.float64))

    def encode(self, values: Values) -> Array:
        """Map N cells to features [N, F]."""
        if self.kind == "category":
            codes, unique = pd.factorize(self.texts(values))
            # -1, the last feature, for a text that is none of the categories
            numbered = {text: k for k, text in enumerate(self.categories)}
            known = np.array([numbered.get(text, -1) for text in unique], dtype=np.int64)
            return np.eye(len(self.features))[known[codes]]
        found = self.numbers(values)
        absent = np.isnan(found)
        scaled = (np.where(absent, self.median, found) - self.mean) / self.std
        far = ~(np.abs(scaled) < FAR)
        if far.any():
            k = int(far.argmax())
            usual = f"{self.mean:.6g} with a deviation of {self.std:.6g}"
            problem = f"{values.iloc[k]!r} is too far from the training rows, {usual}"
            raise CellError(f"column {self.name!r}, {place_of(values, k)}: {problem}")
        return np.stack([scaled] + [absent] * self.has_missing, axis=1)


@dataclass(frozen=True)
class Columns:
    """All columns that the model sees."""

    columns: Sequence[Column]

    @classmethod
    def fit(
        cls,
        frame: pd.DataFrame,
        kinds: Mapping[str, str] | None = None,
        absent: Sequence[str] = (),
        findings: list[Finding] | None = None,
    ) -> "Columns":
        """Learn from the training rows.

        Args:
            frame: Columns as `cells.tidy` returns them.
            kinds: Kinds of some columns: data.column_kinds.
            absent: More texts for a missing value: data.missing_values.
            findings: Takes up what there is to say.

        Raises:
            UserError: a column can be read in two ways.
        """
        findings = [] if findings is None else findings
        found = find_kinds(frame, kinds or {}, absent, findings)
        return cls([Column.fit(name, frame[name], kind, findings) for name, kind in found.items()])

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
        encoded = np.empty((len(frame), len(self.features)), dtype=np.float32)
        start = 0
        for column in self.columns:
            end = start + len(column.features)
            encoded[:, start:end] = column.encode(frame[column.name])
            start = end
        return torch.from_numpy(encoded)

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, strings and numbers, for a checkpoint."""
        return asdict(self)

    @classmethod
    def from_dict(cls, state: Mapping[str, Any]) -> "Columns":
        """Take up what `to_dict` returned."""
        return cls([Column(**column) for column in state["columns"]])


def measure(found: Array) -> tuple[float, float]:
    """Return mean and standard deviation; those of numbers that are all alike are x and 1."""
    if np.ptp(found) == 0:  # it becomes 0, and no error of rounding becomes large
        return float(found[0]), 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        mean, std = found.mean(), found.std()
    if not np.isfinite(mean) or not np.isfinite(std) or std == 0:  # squares that no float holds
        scale = np.abs(found).max()
        mean, std = scale * (found / scale).mean(), scale * (found / scale).std()
    return float(mean), float(std)


def require_column(frame: pd.DataFrame, name: str, why: str) -> None:
    """Refuse a table without the column, and name the nearest that it has."""
    if name not in frame:
        near = difflib.get_close_matches(name, map(str, frame), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UserError(f"the table has no column {name!r}, which {why}{hint}")
