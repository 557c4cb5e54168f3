"""What data/custom.py describes: complete, readable, and the same each time."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pkg.data import source
from pkg.data.settings import DataSettings
from pkg.engine.errors import UserError


def test_custom_data_are_complete() -> None:
    samples = source.load_samples(DataSettings())
    again = source.load_samples(DataSettings())
    assert samples.names == again.names
    for index in range(0, len(samples.names), max(1, len(samples.names) // 10)):
        name, mask = samples.names[index], samples.targets[index].read()
        image = samples.read(name)
        assert image.tobytes() == again.read(name).tobytes()
        assert mask.shape == image.size[::-1]
        assert (mask == again.targets[index].read()).all()
    assert len(samples.targets) == len(samples.names)
    assert (samples.targets.tally.pixels[:, :-1].sum(0) > 0).all()  # there is each class


def test_no_data_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "find_names", lambda _: [])
    with pytest.raises(UserError, match=r"data\.dataset_path: .*finds nothing"):
        source.load_samples(DataSettings())


def test_a_name_that_stands_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "find_names", lambda _: ["a", "b", "a"])
    with pytest.raises(UserError, match=r"data/custom\.py: find_names gives 'a' twice"):
        source.load_samples(DataSettings())


def test_other_class_names_are_refused() -> None:
    with pytest.raises(UserError, match=r"data\.class_names: data/custom\.py has CLASSES \["):
        source.load_samples(DataSettings(class_names=["one", "other"]))


def test_masks_of_another_form_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = source.load_samples(DataSettings())
    for wrong in (np.full((4, 4), 200), np.zeros((4, 4, 3))):
        mask = Image.fromarray(wrong.astype(np.uint8))
        monkeypatch.setattr(source, "read_mask", lambda root, name, mask=mask: mask)
        with pytest.raises(ValueError, match=r"^mask .+: read_mask gives \[4, 4"):
            samples.targets[0].read()
    root = Path()
    monkeypatch.setattr(source, "read_mask", lambda root, name: Image.new("L", (4, 4), 255))
    assert (source.load_mask(root, 2, "a") == 255).all()
