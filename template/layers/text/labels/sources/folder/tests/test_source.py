"""A folder per class: what is found, and what is refused."""

from pathlib import Path

import pytest

from pkg.data.settings import DataSettings
from pkg.data.source import load_rows
from pkg.engine.errors import UserError


def write(folder: Path, *names: str) -> DataSettings:
    """Write texts, each its own name; return the settings that read them."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"this is {name}\n")
    return DataSettings(dataset_path=str(folder))


def test_folders_are_labels(tmp_path: Path) -> None:
    settings = write(tmp_path, "good/1.txt", "good/deeper/2.txt", "bad/1.txt", "bad/.hidden.txt")
    (tmp_path / "bad/2.txt").write_bytes("für\r\n".encode("latin-1"))
    (tmp_path / "bad/3.txt").write_text(" \n")
    (tmp_path / "bad/Thumbs.db").write_text("")
    found = load_rows(settings)
    assert found.columns["label"] == ["bad", "bad", "good", "good"]
    assert found.columns["text"][1] == "für\n"
    assert found.places[3] == str(tmp_path / "good/deeper/2.txt")
    assert found.given is None
    assert [place for place, _ in found.broken] == [str(tmp_path / "bad/3.txt")]
    assert "1 of 5 files are read as cp1252" in found.said[0]


def test_folders_of_splits_are_kept(tmp_path: Path) -> None:
    names = ("train/good/1.txt", "train/bad/1.txt", "test/good/1.txt", "train/urls.txt")
    found = load_rows(write(tmp_path, *names))
    assert found.columns["label"] == ["good", "bad", "good"]
    assert found.given == ["test", "train", "train"]
    assert "files that are not read: 1 .txt; the first is train/urls.txt" in found.said


def test_other_data_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"data\.dataset_path: .* does not exist"):
        load_rows(DataSettings(dataset_path=str(tmp_path / "gone")))
    (tmp_path / "reviews.csv").write_text("text,label\na,b\n")
    with pytest.raises(UserError, match="looks like a table, which data_source text_table reads"):
        load_rows(DataSettings(dataset_path=str(tmp_path)))
