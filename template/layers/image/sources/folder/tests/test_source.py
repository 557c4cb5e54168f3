"""One folder per class: what is found, and what is refused."""

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from pkg.data.dataloader import get_dataloaders
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


def test_deeper_folders_belong_to_their_class(settings: DataSettings) -> None:
    rose = Path(settings.dataset_path) / "rose"
    for name in ("old", ".cache", "__MACOSX"):
        (rose / name / "more").mkdir(parents=True)
        Image.new("L", (4, 4)).save(rose / name / "more" / "d.jpg")
    samples = load_samples(settings)
    assert samples.names[1:] == ["rose/a.jpg", "rose/b.PNG", "rose/old/more/d.jpg"]
    assert samples.targets.tolist() == [0, 1, 1, 1]


def test_files_that_are_no_images_are_kept_apart(settings: DataSettings) -> None:
    assert load_samples(settings).left_out == ["iris/notes.txt"]


def in_splits(settings: DataSettings, *tops: str) -> DataSettings:
    """Put twenty images of each class below each of these folders."""
    root = Path(settings.dataset_path).parent / "divided"
    for top in tops:
        for number in range(40):
            path = root / top / ("iris", "rose")[number % 2] / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (4, 4), number).save(path)
    return replace(settings, dataset_path=str(root))


@pytest.mark.parametrize(
    "names", [("train", "val", "test"), ("Train", "valid", "test"), ("training", "validation")]
)
def test_folders_may_be_the_splits(
    settings: DataSettings, names: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    divided = in_splits(settings, *names)
    samples = load_samples(divided)
    assert samples.output_names == ["iris", "rose"]
    pairs = zip(samples.names, samples.given or (), strict=True)
    splits = {name.split("/")[0]: split for name, split in pairs}
    assert splits == dict(zip(names, ("train", "val", "test"), strict=False))
    options: dict[str, Any] = {"seed": 0, "device": torch.device("cpu"), "batch_size": 8}
    for _ in range(2):  # drawn, and then read from the manifest
        loaders = get_dataloaders(divided, **options, manifest=Path("splits.csv"))
        for loader, name in zip(loaders, names, strict=False):
            assert {samples.names[i].split("/")[0] for i in loader.ids} == {name}
        assert ("test are drawn from train" in capsys.readouterr().out) is (len(names) == 2)
        assert len(loaders[-1].ids) == (40 if len(names) == 3 else 6)  # 15 % of those that train
        assert sum(len(loader.ids) for loader in loaders) == 40 * len(names)


def test_a_new_image_is_of_the_split_that_it_lies_in(settings: DataSettings) -> None:
    divided = in_splits(settings, "train", "val", "test")
    options: dict[str, Any] = {"seed": 0, "device": torch.device("cpu")}
    options |= {"batch_size": 8, "manifest": Path("splits.csv")}
    get_dataloaders(divided, **options)
    Image.new("L", (4, 4)).save(Path(divided.dataset_path) / "test/rose/new.png")
    assert [len(loader.ids) for loader in get_dataloaders(divided, **options)] == [40, 40, 41]


def test_a_class_may_be_called_train(settings: DataSettings) -> None:
    root = Path(settings.dataset_path)
    (root / "iris").rename(root / "train")
    assert load_samples(settings).output_names == ["rose", "train"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("other/x.png", "train and val look like splits, but other is beside them"),
        ("train/x.png", "look like splits, but train/x.png is in no folder of a class"),
        ("training/rose/x.png", "look like splits, but one is there twice"),
    ],
)
def test_splits_that_are_not_clear_are_refused(
    settings: DataSettings, name: str, message: str
) -> None:
    divided = in_splits(settings, "train", "val")
    path = Path(divided.dataset_path) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (4, 4)).save(path)
    with pytest.raises(UserError, match=rf"data\.dataset_path: .*{message}"):
        load_samples(divided)


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
