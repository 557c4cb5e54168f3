"""What data/custom.py describes: documents, and the same each time."""

import pytest

from pkg.data import source
from pkg.data.settings import DataSettings
from pkg.engine.errors import UserError


def test_custom_documents_are_the_same_each_time() -> None:
    [file] = source.find_corpus(DataSettings()).files
    documents = [*file.read(0)]
    assert documents == [*file.read(0)]
    assert [*file.read(2)] == documents[2:]
    assert file.size == sum(len(document.text.encode()) for document in documents)
    assert len({document.place for document in documents}) == len(documents)


def test_no_documents_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "read_documents", lambda _: iter(()))
    with pytest.raises(UserError, match=r"data\.dataset_path: data/custom\.py finds no documents"):
        source.find_corpus(DataSettings())
