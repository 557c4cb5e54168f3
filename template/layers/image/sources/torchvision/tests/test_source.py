"""A data set of torchvision: found by its name, or refused."""

import struct
from pathlib import Path

import pytest
from torchvision import datasets

from pkg.data import source
from pkg.data.settings import DataSettings
from pkg.engine.errors import UserError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the tests away from your data, and from the network."""

    def offline(name: str) -> None:
        raise OSError("no network in tests")

    monkeypatch.setattr(source, "FOLDER", tmp_path)
    monkeypatch.setattr(datasets.MNIST, "download", offline)
    return tmp_path


def test_a_name_is_enough(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part in ("train", "t10k"):
        pixels = struct.pack(">4i", 2051, 3, 28, 28) + bytes([200] * (3 * 28 * 28))
        labels = struct.pack(">2i", 2049, 3) + bytes([5, 0, 9])
        (raw / f"{part}-images-idx3-ubyte").write_bytes(pixels)
        (raw / f"{part}-labels-idx1-ubyte").write_bytes(labels)
    monkeypatch.setattr(datasets.MNIST, "download", lambda _: None)
    samples = source.load_samples(DataSettings(dataset_path="MNIST", input_shape=[3, 28, 28]))
    first = samples.names[0]  # all three are the same image
    assert samples.names == [first, f"{first}.2", f"{first}.3"]
    assert samples.targets.tolist() == [5, 0, 9]
    assert samples.output_names[9] == "9 - nine"
    assert samples.read(samples.names[0]).getpixel((0, 0)) == 200


def test_out_of_reach_is_explained() -> None:
    with pytest.raises(UserError, match=r"data\.dataset_path: .* needs a network"):
        source.load_samples(DataSettings(dataset_path="MNIST"))


@pytest.mark.parametrize("name", ["Mnist", "data/flowers", "utils"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(UserError, match=rf"data\.dataset_path: .* has no '{name}'"):
        source.load_samples(DataSettings(dataset_path=name))
