"""Texts and labels in tables: what is found, and what is refused."""

from pathlib import Path

import pytest

from pkg.data.settings import DataSettings
from pkg.data.source import load_rows
from pkg.engine.errors import UserError

ROWS = {"text": ["good, really", "bad"], "label": ["yes", "no"]}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("reviews.csv", 'text,label\n"good, really",yes\nbad,no\n'),
        ("reviews.tsv", "text\tlabel\ngood, really\tyes\nbad\tno\n"),
        (
            "reviews.jsonl",
            '{"text": "good, really", "label": "yes"}\n{"text":"bad","label":"no"}\n',
        ),
    ],
)
def test_rows_are_found(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    found = load_rows(DataSettings(dataset_path=str(path)))
    assert found.columns == ROWS
    assert found.places[0] == f"{path} line {1 if 'jsonl' in name else 2}"
    assert (found.given, found.broken) == (None, [])


def test_files_of_splits_are_kept(tmp_path: Path) -> None:
    for name in ("train", "valid", "test"):
        (tmp_path / f"{name}.csv").write_text(f"text,label\nthis is of {name},yes\n")
    found = load_rows(DataSettings(dataset_path=str(tmp_path)))
    pairs = zip(found.columns["text"], found.given or [], strict=True)
    wanted = {"this is of train": "train", "this is of valid": "val", "this is of test": "test"}
    assert dict(pairs) == wanted


def test_broken_rows_are_named(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text('text,label\ngood,yes\n"open,no\nbad,no\nno, good,yes\nfine,yes\n')
    found = load_rows(DataSettings(dataset_path=str(path)))
    assert found.columns["text"] == ["good", "bad", "fine"]
    broken = dict(found.broken)
    assert "a quote is opened in it and not closed" in broken[f"{path} line 3"]
    assert "it has 3 fields, but 2 are named" in broken[f"{path} line 5"]


def test_other_data_are_refused(tmp_path: Path) -> None:
    settings = DataSettings(dataset_path=str(tmp_path))
    with pytest.raises(UserError, match=r"data\.dataset_path: .* has no files"):
        load_rows(settings)
    (tmp_path / "a.txt").write_text("EU B-ORG\nrejects O\n\n")
    with pytest.raises(UserError, match="objective token reads by data_source conll"):
        load_rows(settings)
