"""Labels that stand together in one cell: kind 8."""

from typing import Any

import pytest
from stacks import images

MANY = images("image/sources/csv", "multi_label")
targets = MANY.load("task.targets")
ROWS = ["cat", "cat dog", "", "dog bird"]
NAMES = ["bird", "cat", "dog"]
FLAGS = [[0, 1, 0], [0, 1, 1], [0, 0, 0], [1, 0, 1]]


def settings(**changes: Any) -> Any:
    return MANY.load("data.settings").DataSettings(**changes)


def encode(cells: list[Any], **changes: Any) -> tuple[list[list[float]], list[str]]:
    rows = [f"line {k + 2}" for k in range(len(cells))]
    found, names = targets.encode_targets(settings(**changes), {"labels": cells}, rows)
    return found.tolist(), names


def joined(mark: str) -> list[str]:
    return [row.replace(" ", mark) for row in ROWS]


def listed(quote: str, mark: str) -> list[str]:
    return ["[" + mark.join(f"{quote}{x}{quote}" for x in row.split()) + "]" for row in ROWS]


@pytest.mark.parametrize(
    "cells",
    [
        *(joined(mark) for mark in ("|", ";", ",", ", ", " | ", "; ")),
        *(listed(quote, ", ") for quote in ("'", '"', "")),
        listed("'", " "),
        [["cat"], ["cat", "dog"], [], ["dog", "bird"]],
    ],
)
def test_case_08_labels_in_one_cell_are_divided(
    cells: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert encode(cells) == (FLAGS, NAMES)
    said = capsys.readouterr().out
    if isinstance(cells[0], str):
        assert "labels are divided by" in said
        assert "data.label_delimiter" in said
    else:
        assert not said  # lists need no guess


def test_case_08_two_delimiters_are_refused_unless_one_is_named() -> None:
    cells = ["cat, domestic|dog", "dog|cat, domestic", "dog"]
    with pytest.raises(MANY.UserError, match=r"may be divided by \['\|', ','\].*label_delimiter"):
        encode(cells)
    assert encode(cells, label_delimiter="|")[1] == ["cat, domestic", "dog"]
    known = ["cat, domestic", "dog"]
    assert encode(cells, class_names=known)[0] == [[1, 1], [1, 1], [0, 1]]


def test_case_08_one_label_in_each_cell_needs_no_delimiter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert encode(["cat", "dog", "", "cat"])[1] == ["cat", "dog"]
    assert not capsys.readouterr().out


def test_case_08_labels_keep_their_text() -> None:
    assert encode(["007|7", "1.0", "1|NA"])[1] == ["007", "1", "1.0", "7", "NA"]
