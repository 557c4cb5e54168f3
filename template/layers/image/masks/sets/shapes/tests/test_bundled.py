"""The bundled shapes: written as files, once, and only where they belong."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from samples import make_settings

from pkg.data import shapes
from pkg.data.fetch import FOLDER, obtain
from pkg.data.source import load_samples


def test_the_bundled_images_are_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for split, count in {"train": 6, "val": 2, "test": 3}.items():
        monkeypatch.setitem(shapes.SPLITS, split, count)
    settings = replace(make_settings(), dataset_path=str(FOLDER))
    assert obtain(settings) == settings
    samples = load_samples(settings)
    assert len(samples.output_names) == 4  # the background, and three shapes
    assert samples.given is not None
    assert sorted(samples.given) == ["test"] * 3 + ["train"] * 6 + ["val"] * 2
    assert [entry.name for entry in FOLDER.parent.iterdir()] == [FOLDER.name]  # no draft left
    drawing = shapes.draw(8)  # the first of the test
    mask = np.asarray(Image.open(FOLDER / "test/masks/0008.png"))
    for shape in drawing.shapes:
        assert (mask[shape.mask] == shape.label + 1).all()
    assert (mask > 0).sum() == sum(shape.mask.sum() for shape in drawing.shapes)
    assert (np.asarray(Image.open(FOLDER / "test/images/0008.png")) == drawing.pixels).all()
    Path(FOLDER, "mine.txt").write_text("kept")
    obtain(settings)
    assert Path(FOLDER, "mine.txt").exists()
