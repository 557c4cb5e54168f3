"""The bundled shapes: written as files, once, and only where they belong."""

from dataclasses import replace
from pathlib import Path

import pytest
from samples import make_settings

from pkg.data import shapes
from pkg.data.fetch import FOLDER, annotate, obtain
from pkg.data.source import load_samples


def test_the_bundled_images_are_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for split, count in {"train": 6, "val": 2, "test": 3}.items():
        monkeypatch.setitem(shapes.SPLITS, split, count)
    settings = replace(make_settings(), dataset_path=str(FOLDER))
    assert obtain(settings) == settings
    samples = load_samples(settings)
    assert samples.output_names == ["disc", "square", "triangle"]
    assert samples.given is not None
    assert sorted(samples.given) == ["test"] * 3 + ["train"] * 6 + ["val"] * 2
    assert [entry.name for entry in FOLDER.parent.iterdir()] == [FOLDER.name]  # no draft left
    Path(FOLDER, "mine.txt").write_text("kept")
    obtain(settings)
    assert Path(FOLDER, "mine.txt").exists()


def test_boxes_are_the_extents_of_what_is_seen() -> None:
    for number in range(20):
        entry, drawing = annotate(number), shapes.draw(number)
        assert (entry.pixels == drawing.pixels).all()
        for each, shape in zip(entry.objects, drawing.shapes, strict=True):
            left, top, width, height = each["bbox"]
            inside = shape.mask[top : top + height, left : left + width]
            assert inside.sum() == shape.mask.sum() == each["area"]  # nothing is outside
            assert all(side.any() for side in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))
            assert each["category_id"] == shape.label + 1
