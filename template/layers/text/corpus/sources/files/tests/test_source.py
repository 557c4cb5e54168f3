"""Files of documents: what is found, and what is refused."""

from pathlib import Path

import pytest

from pkg.data.settings import DataSettings
from pkg.data.source import find_corpus
from pkg.engine.errors import UserError


def test_documents_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\r\ntwo\r\n")
    (tmp_path / "b.jsonl").write_text(
        '{"text": "three"}\n\n{"txt": 4}\n{"text"\n{"text": "five"}\n'
    )
    files = find_corpus(DataSettings(dataset_path=str(tmp_path))).files
    assert [file.split for file in files] == [None, None]
    documents = [document for file in files for document in file.read(0)]
    texts = ["one\ntwo\n", "three", "", "", "five"]
    assert [document.text for document in documents] == texts
    places = [f"{tmp_path / 'b.jsonl'} line {number}" for number in (1, 3, 4, 5)]
    assert [document.place for document in documents] == [str(tmp_path / "a.txt"), *places]
    problems = [bool(document.problem) for document in documents]
    assert problems == [False, False, True, True, False]
    assert [*files[1].read(3)] == documents[4:]


def test_files_of_splits_are_kept(tmp_path: Path) -> None:
    for name in ("train", "valid", "test"):
        (tmp_path / f"{name}.txt").write_text(name)
    files = find_corpus(DataSettings(dataset_path=str(tmp_path))).files
    assert [file.split for file in files] == ["test", "train", "val"]


def test_other_data_are_refused(tmp_path: Path) -> None:
    settings = DataSettings(dataset_path=str(tmp_path))
    with pytest.raises(UserError, match=r"data\.dataset_path: .* has no files"):
        find_corpus(settings)
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(UserError, match=r"a\.zip is a ZIP archive: unpack it first"):
        find_corpus(settings)
