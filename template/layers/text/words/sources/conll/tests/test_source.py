"""Columns of words and labels: what is found, and what is refused."""

from pathlib import Path

import pytest

from pkg.data.settings import DataSettings
from pkg.data.source import load_rows
from pkg.engine.errors import UserError


def test_sentences_are_found(tmp_path: Path) -> None:
    path = tmp_path / "news.conll"
    path.write_text("-DOCSTART- -X- O\n\nEU NNP B-ORG\r\nrejects VBZ O\r\n\nPeter NNP B-PER")
    found = load_rows(DataSettings(dataset_path=str(path)))
    assert found.columns["tokens"] == [["EU", "rejects"], ["Peter"]]
    assert found.columns["tags"] == [["B-ORG", "O"], ["B-PER"]]
    assert found.columns["lines"] == [[3, 4], [6]]
    assert found.places == [f"{path} line 3", f"{path} line 6"]
    assert "of 3 columns, 1 is the word and 3 its label" in found.said[0]


def test_files_of_splits_are_kept(tmp_path: Path) -> None:
    for name in ("train", "dev", "test"):
        (tmp_path / f"{name}.txt").write_text(f"{name} B-X\n. O\n\n")
    found = load_rows(DataSettings(dataset_path=str(tmp_path)))
    words = [words[0] for words in found.columns["tokens"]]
    assert dict(zip(words, found.given or [], strict=True)) == {
        "train": "train",
        "dev": "val",
        "test": "test",
    }


def test_broken_sentences_are_named(tmp_path: Path) -> None:
    path = tmp_path / "news.conll"
    path.write_text("EU B-ORG\nrejects\n\nPeter B-PER\nNew York O\n\n. O\n")
    found = load_rows(DataSettings(dataset_path=str(path)))
    assert found.columns["tokens"] == [["."]]
    broken = dict(found.broken)
    assert "'rejects' has no label" in broken[f"{path} line 2"]
    assert "it has 3 columns, but most lines have 2" in broken[f"{path} line 5"]


def test_other_data_are_refused(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text('{"tokens": ["a"], "tags": ["O"]}\n')
    with pytest.raises(UserError, match="looks like a table, which data_source text_table reads"):
        load_rows(DataSettings(dataset_path=str(tmp_path)))
