"""A table in its parts: what to predict from, and what to predict."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..engine.errors import UserError
from .cells import as_text, expand
from .columns import Column, require_column
from .findings import Finding
from .numbers import Style
from .rows import name_rows
from .schema import Schema
from .settings import DataSettings


@dataclass
class Table:
    """N rows of a data set, before any split."""

    features: pd.DataFrame  # columns to predict from
    wanted: pd.DataFrame  # columns to predict, as text
    targets: dict[str, list[str]]  # the same, numbers without any ornament
    styles: list[dict[str, Any]]  # how each of them is written
    lists: dict[str, int]  # columns that lists were expanded into, with the length of these
    places: list[str]  # of each row, for messages
    file: dict[str, str] = field(default_factory=dict)  # what the schema keeps of the file
    header: list[str] = field(default_factory=list)

    @cached_property
    def names(self) -> list[str]:
        """Return the name of each row, a hash of what is used of it."""
        return name_rows(pd.concat([self.features, self.wanted], axis=1))


def divide(
    frame: pd.DataFrame, settings: DataSettings, schema: Schema | None, findings: list[Finding]
) -> Table:
    """Return the columns to predict from, and those to predict.

    Raises:
        UserError: a column that the settings name is missing, or none is left.
    """
    names = settings.target_columns or (schema.target_names if schema else [])
    names = names or [str(frame.columns[-1])]
    for name in names:
        require_column(frame, name, "data.target_columns asks for")
    if schema:
        for name in schema.names:
            require_column(frame, name, "the model was trained with")
        features = frame[schema.names]
    else:
        features = frame.drop(columns=[*names])
    for name in settings.column_kinds or {}:
        require_column(frame, name, "data.column_kinds asks for")
    if not len(features.columns):
        raise UserError("data.target_columns leaves no column to predict from")
    features, lists = expand(features, schema.lists if schema else None)
    wanted = pd.DataFrame({name: as_text(frame[name]) for name in names}, index=frame.index)
    styles = schema.targets if schema else find_styles(wanted, settings, findings)
    kind = frame.index.name or "row"
    places = [f"{settings.dataset_path} {kind} {number}" for number in frame.index]
    return Table(features, wanted, read_targets(wanted, styles), styles, lists, places)


def find_styles(
    wanted: pd.DataFrame, settings: DataSettings, findings: list[Finding]
) -> list[dict[str, Any]]:
    """Return how each column to predict is written."""
    styles = [asdict(Column(name, "category")) for name in map(str, wanted.columns)]
    #: if task == "regression"
    from .kinds import find_kinds

    kinds = find_kinds(wanted, settings.column_kinds or {}, [], findings)
    styles = [asdict(Column.of(name, kind)) for name, kind in kinds.items()]
    #: endif
    return styles


def read_targets(wanted: pd.DataFrame, styles: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the cells of each column to predict, numbers as Python writes them."""
    found = {}
    for style in styles:
        column = Column(**style)
        values = wanted[column.name]
        if column.kind == "number" and column.style != Style():
            numbers = column.parse(values, np.zeros(len(values), dtype=bool))
            texts = pd.Series([repr(float(x)) for x in numbers], values.index, dtype=values.dtype)
            values = texts.where(np.isfinite(numbers), values)
        found[column.name] = [str(text) for text in values]
    return found
