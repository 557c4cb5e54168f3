"""What data/custom.py describes: complete, readable, and the same each time."""

import pytest

from pkg.data import source
from pkg.data.settings import DataSettings
from pkg.engine.errors import UserError


def test_custom_data_are_complete() -> None:
    samples = source.load_samples(DataSettings())
    assert len(samples.targets) == len(samples.names)
    assert samples.targets.shape[1:] in ((), (len(samples.output_names),))
    again = source.load_samples(DataSettings())
    assert samples.names == again.names
    assert samples.targets.equal(again.targets)
    for name in samples.names[:: max(1, len(samples.names) // 10)]:
        assert samples.read(name).tobytes() == again.read(name).tobytes()


def test_rows_of_different_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"a": {"age": 1}, "b": {"size": 1}}
    monkeypatch.setattr(source, "find_rows", lambda _: rows)
    with pytest.raises(UserError, match=r"data/custom\.py: b has columns"):
        source.load_samples(DataSettings())


def test_no_data_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "find_rows", lambda _: {})
    with pytest.raises(UserError, match=r"data\.dataset_path: .*finds nothing"):
        source.load_samples(DataSettings())
