"""What data/custom.py describes: complete, readable, and the same each time."""

import numpy as np
import pytest

from pkg.data import source
from pkg.data.formats.run_lengths import decode
from pkg.data.settings import DataSettings
from pkg.engine.errors import UserError


def test_custom_data_are_complete() -> None:
    samples, again = (source.load_samples(DataSettings()) for _ in range(2))
    assert samples.broken == {}
    assert samples.names == again.names
    table = samples.targets
    assert len(table) == len(samples.names)
    assert table.runs.equal(again.targets.runs)
    assert table.labels.equal(again.targets.labels)
    assert {*table.labels.tolist()} == {*range(len(samples.output_names))}
    for i in range(0, len(samples.names), max(1, len(samples.names) // 10)):
        image, objects = samples.read(samples.names[i]), table[i]
        assert image.tobytes() == again.read(samples.names[i]).tobytes()
        assert len(objects.masks) == (objects.labels >= 0).sum()
        for counts, box, area in zip(objects.masks, objects.boxes, objects.areas, strict=False):
            rows, columns = decode(counts, *image.size).nonzero()
            around = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            assert box.tolist() == around
            assert float(area) == len(rows)


def test_a_mask_without_a_pixel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    masks = [("cat", np.zeros((4, 6))), ("dog", np.ones((4, 6)))]
    monkeypatch.setattr(source, "find_names", lambda _: ["a"])
    monkeypatch.setattr(source, "read_objects", lambda *_: masks)
    samples = source.load_samples(DataSettings())
    [(place, reason)] = samples.broken.items()
    assert place == "data/custom.py: 'a' object 1"
    assert "has no area" in reason
    assert samples.targets.boxes.tolist() == [[0, 0, 6, 4]]


def test_masks_of_other_sizes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    masks = [("cat", np.ones((4, 6))), ("dog", np.ones((6, 4)))]
    monkeypatch.setattr(source, "find_names", lambda _: ["a"])
    monkeypatch.setattr(source, "read_objects", lambda *_: masks)
    with pytest.raises(UserError, match=r"'a': read_objects gives masks of \[\(4, 6\), \(6, 4\)\]"):
        source.load_samples(DataSettings())


@pytest.mark.parametrize(("names", "message"), [([], "finds nothing"), (["a", "a"], "'a' twice")])
def test_names_are_checked(monkeypatch: pytest.MonkeyPatch, names: list[str], message: str) -> None:
    monkeypatch.setattr(source, "find_names", lambda _: names)
    with pytest.raises(UserError, match=message):
        source.load_samples(DataSettings())
