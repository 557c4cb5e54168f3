"""Parallel files: what is found, and what is refused."""

from pathlib import Path

import pytest

from pkg.data.settings import DataSettings
from pkg.data.source import load_rows
from pkg.engine.errors import UserError


def write(folder: Path, **contents: str) -> DataSettings:
    """Write files, called after their keys with a point for `_`; return settings for them."""
    for name, content in contents.items():
        (folder / name.replace("_", ".")).write_text(content)
    return DataSettings(dataset_path=str(folder))


def test_lines_are_pairs(tmp_path: Path) -> None:
    found = load_rows(write(tmp_path, source_txt="one\n\ntwo\u2028three", target_txt="1\n\n2 3\n"))
    assert found.columns == {"source": ["one", "two\u2028three"], "target": ["1", "2 3"]}
    assert found.places[1] == f"{tmp_path / 'source.txt'} line 3"
    assert found.said == ["source.txt: lines that are blank in both files: 1"]


def test_files_of_splits_are_kept(tmp_path: Path) -> None:
    settings = write(tmp_path, train_en="a\nb\n", train_de="A\nB\n", dev_en="c\n", dev_de="C\n")
    found = load_rows(settings)
    assert found.columns == {"de": ["C", "A", "B"], "en": ["c", "a", "b"]}
    assert found.given == ["val", "train", "train"]


def test_other_numbers_of_lines_are_refused(tmp_path: Path) -> None:
    settings = write(tmp_path, train_en="a\nb\n", train_de="A\n")
    with pytest.raises(UserError, match=r"1 in train\.de and 2 in train\.en"):
        load_rows(settings)
    (tmp_path / "train.fr").write_text("a\n")
    with pytest.raises(UserError, match="two parallel files are needed"):
        load_rows(settings)
