"""A folder of images and one of masks: what is found, and what is refused."""

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from pkg.data.dataloader import get_dataloaders
from pkg.data.settings import DataSettings
from pkg.data.source import load_samples
from pkg.engine.errors import UserError


def paint(path: Path, *values: int) -> None:
    """Write an image or a mask of 4 x 2 pixels, with these values from the left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.resize(np.array(values, np.uint8), (2, 4))).save(path)


@pytest.fixture
def settings(tmp_path: Path) -> DataSettings:
    """Return settings for three images with masks, and files that are neither."""
    for name in "abc":
        paint(tmp_path / f"set/images/{name}.jpg", 9)
        paint(tmp_path / f"set/masks/{name}_mask.png", 0, 1, 2, 255)
    paint(tmp_path / "set/images/.hidden.png", 9)
    (tmp_path / "set/images/Thumbs.db").write_text("none")
    (tmp_path / "set/masks/notes.txt").write_text("none")
    return DataSettings(dataset_path=str(tmp_path / "set"), input_shape=[3, 4, 4])


def test_images_and_masks_are_paired_by_their_names(settings: DataSettings) -> None:
    samples = load_samples(settings)
    assert samples.names == ["images/a.jpg", "images/b.jpg", "images/c.jpg"]
    assert samples.targets.names == [f"masks/{name}_mask.png" for name in "abc"]
    assert samples.output_names == ["0", "1", "2"]
    assert samples.left_out == ["masks/notes.txt"]
    batch = samples.read_sample(1)
    assert batch.masks.tolist() == [[[0, 1, 2, 255]] * 2 + [[255] * 4] * 2]  # half is filled
    assert batch.sizes.tolist() == [[4, 2]]


def test_worker_processes_get_the_same_samples(settings: DataSettings) -> None:
    samples = load_samples(settings)
    again = pickle.loads(pickle.dumps(samples))
    assert all(a.equal(b) for a, b in zip(samples[[0, 2]], again[[0, 2]], strict=True))


def test_class_names_are_those_of_the_values(settings: DataSettings) -> None:
    named = replace(settings, class_names=["sky", "tree", "road"])
    samples = load_samples(named)
    assert samples.output_names == ["sky", "tree", "road"]
    assert samples.targets[0].read().tolist() == [[0, 1, 2, 255]] * 2
    few = load_samples(replace(settings, class_names=["sky", "tree"]))
    with pytest.raises(ValueError, match=r"^mask masks/a_mask\.png: 2 pixels are 2, which is no"):
        few.targets[0].read()


def test_values_may_be_given_classes(settings: DataSettings) -> None:
    values = {"0": "void", "1": "tree", "2": "tree", "255": "sky"}
    samples = load_samples(replace(settings, mask_values=values))
    assert samples.output_names == ["tree", "sky"]
    assert samples.targets[0].read().tolist() == [[255, 0, 0, 1]] * 2


def test_0_may_be_void(settings: DataSettings) -> None:
    samples = load_samples(replace(settings, reduce_zero_label=True))
    assert samples.output_names == ["1", "2"]
    assert samples.targets[0].read().tolist() == [[255, 0, 1, 255]] * 2


def test_0_and_255_alone_are_two_classes(
    settings: DataSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in "abc":
        paint(Path(settings.dataset_path) / f"masks/{name}_mask.png", 0, 255)
    samples = load_samples(settings)
    assert samples.output_names == ["background", "foreground"]
    assert samples.targets[0].read().tolist() == [[0, 1, 0, 1]] * 2
    assert "masks hold 0 and 255 alone: 255 is taken for foreground" in capsys.readouterr().out


@pytest.mark.parametrize("order", ["{split}/{role}", "{role}/{split}", "{split}_{role}"])
def test_folders_may_be_the_splits(tmp_path: Path, order: str) -> None:
    for split in ("train", "valid", "test"):
        for number in range(8):
            for role, value in (("images", 9), ("masks", number % 2)):
                folder = tmp_path / "set" / order.format(split=split, role=role)
                paint(folder / f"{number}.png", value)
    settings = DataSettings(dataset_path=str(tmp_path / "set"), input_shape=[3, 4, 4])
    samples = load_samples(settings)
    assert samples.given == [
        {"train": "train", "valid": "val", "test": "test"}[name]
        for name in (next(x for x in ("train", "valid", "test") if x in y) for y in samples.names)
    ]
    options: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": torch.device("cpu")}
    assert [len(loader.ids) for loader in get_dataloaders(settings, **options)] == [8, 8, 8]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "is no folder"),
        ("set/images", "has no such folders: this project reads a folder of images"),
    ],
)
def test_other_data_are_refused(settings: DataSettings, name: str, message: str) -> None:
    path = Path(settings.dataset_path).parent / name
    with pytest.raises(UserError, match=rf"data\.dataset_path: .*{message}"):
        load_samples(replace(settings, dataset_path=str(path)))
