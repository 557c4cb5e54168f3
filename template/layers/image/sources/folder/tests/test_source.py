"""One folder per class: what is found, and what is refused."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from pkg.data.settings import DataSettings
from pkg.data.source import load_samples
from pkg.engine.errors import UserError


@pytest.fixture
def settings(tmp_path: Path) -> DataSettings:
    """Return settings for three images of two classes, and files that are none of them."""
    for name in ("rose/b.PNG", "rose/a.jpg", "iris/c.bmp", ".cache/x.png", "iris/.x.png"):
        path = tmp_path / "flowers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (4, 4)).save(path)
    (tmp_path / "flowers" / "iris" / "notes.txt").write_text("none")
    return DataSettings(dataset_path=str(tmp_path / "flowers"), input_shape=[3, 4, 4])


def test_folders_are_classes(settings: DataSettings) -> None:
    samples = load_samples(settings)
    assert samples.output_names == ["iris", "rose"]
    assert samples.names == ["iris/c.bmp", "rose/a.jpg", "rose/b.PNG"]
    assert samples.targets.equal(torch.tensor([0, 1, 1]))
    assert samples.read(samples.names[2]).size == (4, 4)


def test_deeper_folders_are_left_out_with_a_word(
    settings: DataSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    rose = Path(settings.dataset_path) / "rose"
    for name in ("old", ".cache"):
        (rose / name / "more").mkdir(parents=True)
        Image.new("L", (4, 4)).save(rose / name / "more" / "d.jpg")
    assert len(load_samples(settings).names) == 3
    assert "left out: 1 images in folders of a class" in capsys.readouterr().out


def test_worker_processes_get_the_same_images(settings: DataSettings) -> None:
    samples = load_samples(settings)
    again, name = pickle.loads(pickle.dumps(samples.read)), samples.names[0]
    assert again(name).tobytes() == samples.read(name).tobytes()


def test_class_names_set_the_order(settings: DataSettings) -> None:
    samples = load_samples(replace(settings, class_names=["rose", "iris"]))
    assert samples.output_names == ["rose", "iris"]
    assert samples.targets.equal(torch.tensor([0, 0, 1]))


def test_other_class_names_are_refused(settings: DataSettings) -> None:
    with pytest.raises(UserError, match=r"data\.class_names .*\['iris'\]"):
        load_samples(replace(settings, class_names=["rose", "tulip"]))


@pytest.mark.parametrize(
    ("below", "message"),
    [
        ("tulips", "is no folder"),
        ("rose/a.jpg", "is no folder"),
        ("rose", "needs folders with images, but has: none"),
    ],
)
def test_other_data_are_refused(settings: DataSettings, below: str, message: str) -> None:
    path = Path(settings.dataset_path) / below
    with pytest.raises(UserError, match=rf"data\.dataset_path.* {message}"):
        load_samples(DataSettings(dataset_path=str(path)))
