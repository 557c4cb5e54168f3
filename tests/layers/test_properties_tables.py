"""For any table: what pandas wrote is read, and no row depends on others."""

import csv
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import torch
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tables import CLASSES, inputs, load, write

files, cells = CLASSES.load("data.formats.files"), CLASSES.load("data.cells")
kinds, columns = CLASSES.load("data.kinds"), CLASSES.load("data.columns")
UserError = CLASSES.UserError
MANY = settings(max_examples=1000, derandomize=True, deadline=None, database=None)

LETTERS = "ab,;|\"'#\t \n0.5\u00e4\u20ac-/%$()=:"
TEXTS = st.text(LETTERS, max_size=8)
NAMES = st.text("abc \u00e4", min_size=1, max_size=5).map(str.strip).filter(bool)
FLOATS = st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 6)) | st.floats(
    allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300
)
WHOLE = st.integers(-(10**6), 10**6)
COLUMNS = {
    "text": TEXTS,
    "float": FLOATS,
    "whole": WHOLE,
    "flag": st.booleans(),
    "day": st.dates().map(str),
}


@st.composite
def frames(draw: st.DrawFn) -> tuple[pd.DataFrame, list[str]]:
    """Return a table of some columns, and what each of them holds."""
    names = draw(st.lists(NAMES, min_size=2, max_size=4, unique_by=str.strip))
    held = [draw(st.sampled_from([*COLUMNS])) for _ in names]
    count = draw(st.integers(1, 12))
    values = {
        name: draw(st.lists(COLUMNS[each], min_size=count, max_size=count))
        for name, each in zip(names, held, strict=True)
    }
    return pd.DataFrame(values), held


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, Any]:
    """Return options of `to_csv`."""
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    return {
        "sep": draw(st.sampled_from(",;\t|")),
        "quoting": quoting,
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])),
        "decimal": draw(st.sampled_from(".,")),
        "lineterminator": draw(st.sampled_from(["\n", "\r\n"])),
        "index": draw(st.booleans()),
    }


@MANY
@given(frames(), dialects())
def test_what_pandas_writes_is_read_or_refused(
    made: tuple[pd.DataFrame, list[str]], dialect: dict[str, Any]
) -> None:
    frame, held = made
    said = list[str]()
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        frame.to_csv(path, **dialect)
        found, refused = attempt(lambda: cells.tidy(files.read_table(path), said))
    if refused:
        event("refused")
        assert "line" in refused
        return
    assert not [text for text in said if "comment" in text]
    assert [*found.columns] == [*frame.columns]
    assert len(found) == len(frame)
    for name, each in zip(frame.columns, held, strict=True):
        texts, values = [*found[name]], [*frame[name]]
        if each in ("text", "day"):
            assert texts == [value.strip() for value in values]
        elif each == "flag":
            assert texts == [str(value) for value in values]
        else:
            check_numbers(found[[name]], values)


def attempt(act: Callable[[], Any]) -> tuple[Any, str]:
    """Return what comes of it, or with what words it is refused."""
    try:
        return act(), ""
    except UserError as error:
        return None, str(error)


def check_numbers(found: pd.DataFrame, values: list[float]) -> None:
    """Learn the column; its numbers are those that were written, or it is refused by name."""
    name = str(found.columns[0])
    learnt, refused = attempt(lambda: kinds.find_kinds(found, {}, [], []))
    if refused:
        event("a column is refused")
        assert f"column {name!r}" in refused
        return
    kind = learnt[name]
    assert kind.kind == "number"
    column = columns.Column.of(name, kind)
    assert [*column.numbers(found[name])] == [float(value) for value in values]


POOL: dict[str, list[str]] = {
    "number": ["1", "2.5", "-3e2", "NA", "", "x", "1e300", '"1,5"', "$3", "007", "1e400"],
    "price": ['"$1,234.50"', "$7", "7", '"1,5"', "", "free"],
    "code": ["01", "02", "0A", "1", "", "other"],
    "flag": ["true", "False", "TRUE", "", "maybe", "1"],
    "day": ["2020-01-31", "9999-12-31", "", "31/01/2020", "2020-13-01"],
    "word": ["true", "false", "unknown", "NA", "caf\u00e9", "1.0", "1", '"a, b"'],
}
TRAINED = {
    "number": ["1", "2.5", "-3e2", ""],
    "price": ['"$1,234.50"', "$7", "$12"],
    "code": ["01", "02", "0A"],
    "flag": ["true", "False"],
    "day": ["2020-01-31", "2021-06-30"],
    "word": ["true", "false", "unknown", "1.0", "1"],
}
ROWS = st.lists(
    st.tuples(*(st.sampled_from(values) for values in POOL.values())), min_size=1, max_size=6
)


def learn(folder: Path) -> Any:
    """Return what a table teaches that has some of the cells of `POOL`."""
    rows: list[list[object]] = [
        [*(values[k % len(values)] for values in TRAINED.values()), k % 2] for k in range(120)
    ]
    return load(write(folder / "train.csv", rows, ",".join([*TRAINED, "y"])))[0].info


INFO: dict[str, Any] = {}


@MANY
@given(ROWS, st.randoms(use_true_random=False))
def test_a_row_depends_on_no_other(rows: list[tuple[str, ...]], random: Any) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        info = INFO["info"] = INFO.get("info") or learn(folder)
        header, chosen = ",".join(POOL), rows[:]
        random.shuffle(chosen)
        chosen = chosen[: random.randint(1, len(chosen))]
        together = [
            *inputs(write(folder / "a.csv", [[*row] for row in rows], header), info).values()
        ]
        some = [*inputs(write(folder / "b.csv", [[*row] for row in chosen], header), info).values()]
        expected = dict(zip(rows, together, strict=True))
        for row, found in zip(chosen, some, strict=True):
            assert same(found, expected[row])


def same(found: Any, expected: Any) -> bool:
    """Compare the features of two rows, or what is wrong with them, wherever they stand."""
    if isinstance(found, torch.Tensor) or isinstance(expected, torch.Tensor):
        return type(found) is type(expected) and torch.equal(found, expected)
    texts = (
        str(each).split("line ")[0] + str(each).partition(": ")[2] for each in (found, expected)
    )
    return len({*texts}) == 1
