"""A folder of images and one of masks with a number for each object: what is found and refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pkg.data.settings import DataSettings
from pkg.data.source import load_samples
from pkg.engine.errors import UserError

ROW = [0, 1, 1, 300, 300, 0]


def paint(path: Path, rows: list[list[int]], kind: type = np.uint16) -> None:
    """Write an image or a mask with these values."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.array(rows, kind)).save(path)


@pytest.fixture
def settings(tmp_path: Path) -> DataSettings:
    """Return settings for three images with masks of 16 bits."""
    for name in "abc":
        paint(tmp_path / f"set/images/{name}.png", [[9] * 6] * 4, np.uint8)
        paint(tmp_path / f"set/masks/{name}.png", [ROW, ROW, [0] * 6, [0] * 6])
    return DataSettings(dataset_path=str(tmp_path / "set"), input_shape=[3, 4, 6])


def test_each_number_is_an_object(settings: DataSettings) -> None:
    samples = load_samples(settings)
    assert samples.names == ["images/a.png", "images/b.png", "images/c.png"]
    assert samples.output_names == ["object"]
    batch = samples.read_sample(1)
    assert batch.boxes.tolist() == [[[1, 0, 3, 2], [3, 0, 5, 2]]]
    assert batch.labels.tolist() == [[0, 0]]
    assert batch.areas.tolist() == [[4, 4]]
    assert batch.masks[0, 1].tolist() == [[0, 0, 0, 1, 1, 0]] * 2 + [[0] * 6] * 2


def test_numbers_may_have_classes(settings: DataSettings) -> None:
    classes = {"1": "cat", "200-399": "dog"}
    samples = load_samples(replace(settings, id_classes=classes))
    assert samples.output_names == ["cat", "dog"]
    assert samples.targets.labels.tolist() == [0, 1] * 3
    without = load_samples(replace(settings, id_classes={"1": "void", "300": "dog"}))
    assert (without.output_names, without.targets.counts.tolist()) == (["dog"], [1, 1, 1])
    samples = load_samples(replace(settings, id_classes={"1": "cat"}))
    place = "masks/a.png object 300"
    assert samples.broken[place] == f"{place}: data.id_classes has no class for 300"


def test_masks_of_classes_are_refused(settings: DataSettings) -> None:
    for name in "abc":
        mask = Path(settings.dataset_path) / f"masks/{name}.png"
        paint(mask, [[1, 0, 2, 0, 1, 2]] * 4, np.uint8)
    with pytest.raises(UserError, match=r"look like classes, .* 6 of 6 .* as 1 in masks/a\.png"):
        load_samples(settings)
    samples = load_samples(replace(settings, id_classes={"1-2": "pair"}))
    assert samples.targets.boxes[:2].tolist() == [[0, 0, 5, 4], [2, 0, 6, 4]]


def test_other_data_are_refused(settings: DataSettings) -> None:
    path = Path(settings.dataset_path) / "images"
    with pytest.raises(UserError, match=r"data\.dataset_path: .* has no such folders"):
        load_samples(replace(settings, dataset_path=str(path)))
