"""What data/custom.py describes: complete, readable, and the same each time."""

import pytest

from pkg.data import source
from pkg.data.settings import DataSettings
from pkg.engine.errors import UserError


def test_custom_data_are_complete() -> None:
    samples, again = (source.load_samples(DataSettings()) for _ in range(2))
    assert samples.broken == {}
    assert samples.names == again.names
    table = samples.targets
    assert len(table) == len(samples.names)
    assert table.boxes.equal(again.targets.boxes)
    assert table.labels.equal(again.targets.labels)
    assert {*table.labels.tolist()} == {*range(len(samples.output_names))}
    for i in range(0, len(samples.names), max(1, len(samples.names) // 10)):
        name = samples.names[i]
        image = samples.read(name)
        assert image.tobytes() == again.read(name).tobytes()
        objects = table[i]
        boxes = objects.boxes[objects.labels >= 0]
        assert (boxes[:, 2] > 0).all()
        assert (boxes[:, 0] < image.width).all()  # none is outside of its image
        assert (boxes[:, 1] < image.height).all()


def test_what_cannot_be_learnt_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"a": [("cat", (5, 5, 5, 9)), ("dog", (1, 1, 2, 2))]}
    monkeypatch.setattr(source, "find_objects", lambda _: rows)
    samples = source.load_samples(DataSettings())
    [(place, reason)] = samples.broken.items()
    assert place == "data/custom.py: 'a' object 1"
    assert "(5, 5) to (5, 9) has no area" in reason


def test_no_data_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "find_objects", lambda _: {})
    with pytest.raises(UserError, match=r"data\.dataset_path: .*finds nothing"):
        source.load_samples(DataSettings())
