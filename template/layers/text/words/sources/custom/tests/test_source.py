"""What data/custom.py describes: rows, and the same each time."""

import pytest

from pkg.data import source
from pkg.data.settings import DataSettings
from pkg.engine.errors import UserError


def test_custom_rows_are_complete() -> None:
    found = source.load_rows(DataSettings())
    assert len(found.places) > 2
    assert {len(cells) for cells in found.columns.values()} == {len(found.places)}
    assert found == source.load_rows(DataSettings())


def test_no_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "read_rows", lambda _: iter(()))
    with pytest.raises(UserError, match=r"data\.dataset_path: data/custom\.py finds no rows"):
        source.load_rows(DataSettings())
