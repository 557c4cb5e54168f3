"""What data/custom.py describes: rows, and the same each time."""

import pytest

from pkg.data import source
from pkg.data.settings import DataSettings
from pkg.engine.errors import UserError


def test_custom_rows_are_complete() -> None:
    frame = source.load_frame(DataSettings())
    assert len(frame) > 2
    assert frame.columns.is_unique
    assert frame.equals(source.load_frame(DataSettings()))
    assert list(frame.index) == list(range(1, len(frame) + 1))


def test_no_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "read_rows", lambda _: iter(()))
    with pytest.raises(UserError, match=r"data\.dataset_path: data/custom\.py finds no rows"):
        source.load_frame(DataSettings())
