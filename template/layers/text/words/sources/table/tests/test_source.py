"""Sentences in tables: what is found, and what is refused."""

from pathlib import Path

import pytest

from pkg.data.settings import DataSettings
from pkg.data.source import load_rows
from pkg.engine.errors import UserError

COLUMNS = {"tokens": [["In", "Oslo"], ["No", "."]], "tags": [["O", "B-LOC"], ["O", "O"]]}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "a.jsonl",
            '{"tokens": ["In", "Oslo"], "tags": ["O", "B-LOC"]}\n'
            '{"tokens": ["No", "."], "tags": ["O", "O"]}\n',
        ),
        (
            "a.csv",
            "tokens,tags\n\"['In', 'Oslo']\",\"['O', 'B-LOC']\"\n\"['No' '.']\",\"['O' 'O']\"\n",
        ),
    ],
)
def test_lists_are_found(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    found = load_rows(DataSettings(dataset_path=str(tmp_path / name)))
    assert found.columns == COLUMNS
    assert found.broken == []


def test_rows_of_words_become_sentences(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Sentence #,Word,Tag\n1,In,O\n,Oslo,B-LOC\n2,No,O\n,.,O\n")
    found = load_rows(DataSettings(dataset_path=str(path)))
    assert [*found.columns.values()] == [["1", "2"], *COLUMNS.values()]
    assert found.places == [f"{path} line 2", f"{path} line 4"]


def test_other_data_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("EU B-ORG\nrejects O\n\n")
    with pytest.raises(UserError, match="objective token reads by data_source conll"):
        load_rows(DataSettings(dataset_path=str(tmp_path)))
