"""The doctor of a table: what is wrong with its rows and columns, and how to mend it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from ..engine.data.splits import NAMES, draw
from ..engine.errors import UserError
from ..task.targets import describe_targets, encode_targets
from .cells import NO_VALUE, Values, as_text, missing, tidy
from .columns import MISSING, Column
from .findings import Finding, Report, Severity
from .kinds import find_kinds
from .settings import DataSettings
from .source import load_frame
from .table import Table, divide

SHOWN = 20  # rows of one kind that the doctor names
FEW = 30  # rows, of which fewer show nothing of a column
LEAVE_OUT = "data.ignored_columns leaves it out"
Encoded = tuple[Tensor, list[str]]


def quick(
    table: Table, encoded: Encoded, splits: Sequence[Tensor], findings: Sequence[Finding]
) -> list[Finding]:
    """Return what training prints: what reading the table found, and what costs nothing to see."""
    found = [*findings, *check_columns(table), *check_outputs(encoded)]
    found += check_copies(table, splits, 1)
    return found


def examine(settings: DataSettings) -> Report:
    """Look at every row and column.

    Raises:
        UserError: the table cannot be read at all.
    """
    findings = list[Finding]()
    frame = load_frame(settings)
    attrs = frame.attrs
    broken, said = attrs.get("broken", []), attrs.get("said", [])
    frame = tidy(frame, said, settings.ignored_columns)
    path, total = settings.dataset_path, len(frame) + len(broken)
    findings += [Finding("note", path, text) for text in said]
    severity: Severity = "error" if len(broken) > settings.max_unreadable * total else "warning"
    remedy = "mend the row, or it is left out"
    findings += [Finding(severity, path, reason, remedy) for _, reason in broken]
    table = divide(frame, settings, None, findings)
    facts: dict[str, Any] = {
        "rows": len(frame),
        "rows left out": len(broken),
        **attrs.get("file", {}),
    }
    try:
        encoded = encode_targets(settings, table.targets, table.places)
        everyone = torch.arange(len(table.places))
        known = describe_targets(encoded[0], everyone, encoded[1])
        labels = draw(len(everyone), settings.train_val_test_split, settings.split_seed, encoded[0])
        splits = [everyone[[label == name for label in labels]] for name in NAMES]
        facts |= facts_of(encoded, known, splits)
        findings += [*check_outputs(encoded), *check_copies(table, splits, SHOWN)]
        findings += check_counts(settings, encoded)
    except UserError as error:
        findings.append(Finding("error", "data.target_columns", str(error)))
        splits = [torch.arange(len(table.places))] * 3
    findings += [*check_columns(table)]
    facts["columns"] = learn(settings, table, splits[0], findings)
    return Report([*dict.fromkeys(findings)], facts)


def learn(
    settings: DataSettings, table: Table, train: Tensor, findings: list[Finding]
) -> dict[str, str]:
    """Return what each column is, in words; note each cell that is not."""
    frame, asked = table.features.iloc[train.tolist()], settings.column_kinds or {}
    try:
        kinds = find_kinds(frame, asked, settings.missing_values, findings)
    except UserError as error:
        findings.append(Finding("error", settings.dataset_path, str(error)))
        return {}
    found = {}
    for name, kind in kinds.items():
        column, values = Column.of(name, kind), table.features[name]
        wrong = np.empty(0, dtype=np.int64)
        if kind.kind != "category":
            wrong = np.flatnonzero(column.judge(values)[1])
        for k in wrong[:SHOWN]:
            problem = f"column {name!r}: {values.iloc[k]!r} is no {kind.kind}"
            remedy = "mend the cell, or name it in data.missing_values"
            findings.append(Finding("error", table.places[k], problem, remedy))
        if not len(wrong):
            try:
                column = Column.fit(name, frame[name], kind, findings)
                column.encode(values)
            except UserError as error:
                findings.append(Finding("error", settings.dataset_path, str(error)))
        found[name] = describe(column, values)
    return found


def describe(column: Column, values: Values) -> str:
    """Say in words what a column is, and how many of its cells are missing."""
    if column.kind == "category":
        count = int((column.texts(values) == MISSING).sum())
        return f"category of {len(column.categories)} texts, {count} missing"
    return f"{column.kind}, {int(missing(values, column.markers).sum())} missing"


def facts_of(encoded: Encoded, known: dict[str, Any], splits: Sequence[Tensor]) -> dict[str, Any]:
    """Return counts, class balance or scale of the targets, and the sizes of the splits."""
    facts: dict[str, Any] = {f"rows in {n}": len(x) for n, x in zip(NAMES, splits, strict=True)}
    for name, values in known.items():
        if isinstance(values, list):
            facts[name.replace("_", " ")] = dict(zip(encoded[1], values, strict=True))
    return facts


def check_columns(table: Table) -> Iterator[Finding]:
    """Yield columns with one value, those that are a target again, and those that number rows."""
    features, rows = table.features, len(table.places)
    answers = {name: as_text(table.wanted[name]) for name in map(str, table.wanted.columns)}
    for name in map(str, features.columns):
        values, place = features[name], f"column {name!r}"
        first = values.iloc[0]
        if rows > 1 and ((values == first).all() or values.isna().all()):
            yield Finding("warning", place, f"one value in all rows, {first!r}", LEAVE_OUT)
            continue
        for target, texts in answers.items():
            if same(values, texts):
                problem = f"it tells the target {target!r}, value by value, which no new row can"
                yield Finding("warning", place, problem, LEAVE_OUT)
        if rows >= FEW and counts_rows(values):
            problem = "it counts the rows: an index, which says nothing of a new row"
            yield Finding("warning", place, problem, LEAVE_OUT)


def same(values: Values, texts: Values) -> bool:
    """Say whether each value of a column goes with one target, and each target with one value."""
    for count in (FEW, len(values)):
        codes, unique = pd.factorize(values.iloc[:count])
        others, _ = pd.factorize(texts.iloc[:count])
        if not np.array_equal(codes, others):
            return False
    return 2 * len(unique) <= len(values)  # what differs in each row goes with anything


def counts_rows(values: Values) -> bool:
    """Say whether a column of N cells rises by 1 from row to row."""
    try:
        head = [int(str(text)) for text in values.iloc[:FEW]]
        if any(b - a != 1 for a, b in pairwise(head)):
            return False
        numbers = values.astype(str).astype(np.int64).to_numpy()
    except (ValueError, TypeError, OverflowError):
        return False
    return bool((np.diff(numbers) == 1).all())


def check_outputs(encoded: Encoded) -> Iterator[Finding]:
    """Yield classes that look like missing values, and those that differ in case or blanks."""
    targets, names = encoded
    for name in names:
        if name.lower() in NO_VALUE.split() and not targets.is_floating_point():
            problem = "a class like others, though it looks like a missing value"
            yield Finding(
                "warning", f"class {name!r}", problem, "mend those rows, or leave them out"
            )
    alike = Counter(name.casefold() for name in names)
    for name in names:
        if alike[name.casefold()] > 1:
            yield Finding("warning", f"class {name!r}", "another class differs in case alone")


def check_counts(settings: DataSettings, encoded: Encoded) -> list[Finding]:
    """Return the classes with a single row, which cannot both train and be evaluated."""
    targets, names = encoded
    if targets.is_floating_point():
        return []
    counts = targets.bincount(minlength=len(names)).tolist()
    alone = [name for name, count in zip(names, counts, strict=True) if count == 1]
    remedy = "add rows, or leave the class out"
    return [
        Finding("warning", f"class {name!r}", "one row in all: it is in one split", remedy)
        for name in alone[:SHOWN]
    ]


def check_copies(table: Table, splits: Sequence[Tensor], shown: int) -> Iterator[Finding]:
    """Yield rows that stand in several splits, since they are alike in every cell."""
    where: dict[str, tuple[str, int]] = {}
    found = list[tuple[int, int, str, str]]()
    for split, ids in zip(NAMES, splits, strict=True):
        for k in ids.tolist():
            digest = table.names[k].partition(".")[0]
            before, first = where.setdefault(digest, (split, k))
            if before != split:
                found.append((first, k, before, split))
    if found:
        problem = f"{len(found)} rows of val and test are copies of rows in an earlier split"
        remedy = "leave one of each, or metrics are too good"
        yield Finding("warning", table.places[found[0][1]], problem, remedy)
    for first, k, before, split in found[: shown if shown > 1 else 0]:
        problem = f"in {split}, but equal to {table.places[first]} in {before}"
        yield Finding("note", table.places[k], problem)
