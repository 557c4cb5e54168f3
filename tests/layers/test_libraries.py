"""Images from torchvision and from Hugging Face."""

import gzip
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from image_files import settings
from PIL import Image
from stacks import images
from torchvision import datasets

TORCHVISION = images("image/sources/torchvision")
source, UserError = TORCHVISION.load("data.source"), TORCHVISION.UserError


def write_mnist(folder: Path, count: int = 6) -> None:
    """Write the raw files of MNIST, as torchvision would download them."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "t10k"):
        pixels = struct.pack(">4i", 2051, count, 28, 28) + bytes(count * 28 * 28)
        labels = struct.pack(">2i", 2049, count) + bytes(range(count))
        for name, content in (("images-idx3", pixels), ("labels-idx1", labels)):
            (raw / f"{part}-{name}-ubyte").write_bytes(content)
            (raw / f"{part}-{name}-ubyte.gz").write_bytes(gzip.compress(content))


def test_torchvision_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "FOLDER", tmp_path)
    write_mnist(tmp_path)
    found = source.load_samples(settings("MNIST"))
    assert found.targets.tolist() == [0, 1, 2, 3, 4, 5]
    assert found.targets.dtype == torch.int64
    assert found.output_names[0] == "0 - zero"
    assert len(found.output_names) == 10
    assert len({*found.names}) == 6
    assert pickle.loads(pickle.dumps(found.read))(found.names[0]).size == (28, 28)
    with pytest.raises(UserError, match=r"data.class_names: 6 names"):
        source.load_samples(settings("MNIST", class_names=["a", "b"]))


def test_torchvision_without_a_list_of_targets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = datasets.FakeData(size=20, image_size=(3, 8, 8), num_classes=4)
    monkeypatch.setattr(datasets, "FakeData", lambda root: small)
    found = source.load_samples(settings("FakeData"))
    assert len(found.names) == 20
    assert found.output_names == [str(number) for number in range(len(found.output_names))]
    assert found.read(found.names[19]).size == (8, 8)


def test_torchvision_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(root: Path, train: bool, download: bool) -> None:
        raise RuntimeError("Error downloading train-images-idx3-ubyte.gz")

    monkeypatch.setattr(datasets, "MNIST", offline)
    with pytest.raises(UserError, match=r"dataset_path: .*MNIST.* needs a network"):
        source.load_samples(settings("MNIST"))
    for name in ("Mnist", "folder", "data/flowers"):
        with pytest.raises(UserError, match=rf"data.dataset_path: .*'{name}'"):
            source.load_samples(settings(name))


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return what loads images by Hugging Face, with its caches in a temporary folder."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")

    def load(chosen: Any, task: str = "classification") -> Any:
        return images("image/sources/huggingface", task).load("data.source").load_samples(chosen)

    return load


def save_hub(folder: Path, column: Any, values: list[Any], *, parts: bool) -> Path:
    import datasets

    features = datasets.Features({"picture": datasets.Image(), "answer": column})
    pictures = [Image.new("RGBA", (4, 4), "blue") for _ in values]
    rows = {"picture": pictures, "answer": values}
    saved = datasets.Dataset.from_dict(rows, features)
    (datasets.DatasetDict(train=saved) if parts else saved).save_to_disk(folder)
    return folder


@pytest.mark.parametrize("parts", [True, False])
def test_hub_of_classes(hub: Callable[..., Any], tmp_path: Path, parts: bool) -> None:
    from datasets import ClassLabel

    kind = ClassLabel(names=["rose", "iris"])
    folder = save_hub(tmp_path / "saved", kind, [0, 1, 0], parts=parts)
    found = hub(settings(folder))
    assert found.output_names == ["iris", "rose"]
    assert found.targets.tolist() == [1, 0, 1]
    assert pickle.loads(pickle.dumps(found.read))(found.names[2]).getpixel((0, 0)) == (
        0,
        0,
        255,
        255,
    )
    assert len(set(found.names)) == 3


def test_hub_of_lists_and_numbers(hub: Callable[..., Any], tmp_path: Path) -> None:
    from datasets import ClassLabel, List, Value

    folder = save_hub(
        tmp_path / "lists",
        List(ClassLabel(names=["red", "round"])),
        [[0, 1], [], [1]],
        parts=True,
    )
    found = hub(settings(folder), "multi_label")
    assert found.targets.tolist() == [[1, 1], [0, 0], [0, 1]]

    folder = save_hub(tmp_path / "numbers", Value("float32"), [0.5, 2.0], parts=True)
    found = hub(settings(folder), "regression")
    assert found.targets.tolist() == [[0.5], [2.0]]
    assert found.output_names == ["answer"]


def test_hub_folder_of_images(hub: Callable[..., Any], flowers: Path) -> None:
    for name in (".cache", "__MACOSX", "iris/.d.png", "iris/notes.txt"):
        (flowers / name).rename(flowers.parent / Path(name).name)
    found = hub(settings(flowers))
    assert found.output_names == ["iris", "rose"]
    assert sorted(found.targets.tolist()) == [0, 1, 1]


def test_hub_refusals(hub: Callable[..., Any], tmp_path: Path) -> None:
    from datasets import ClassLabel, Value

    error = images("image/sources/huggingface").UserError
    kind = ClassLabel(names=["rose", "iris"])
    folder = save_hub(tmp_path / "saved", kind, [0, None, 1], parts=True)
    with pytest.raises(error, match=r"row/1: the class is missing"):
        hub(settings(folder))
    with pytest.raises(error, match=r"data.target_columns: .*\['answer'\]"):
        hub(settings(folder, target_columns=["picture"]))
    folder = save_hub(tmp_path / "text", Value("string"), ["a", "b"], parts=True)
    with pytest.raises(error, match=r"data.target_columns: .*\['answer'\]"):
        hub(settings(folder))
    with pytest.raises(error, match=r"data.dataset_path: .* needs a network"):
        hub(settings("nobody/nothing-at-all"))
