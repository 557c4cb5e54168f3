"""The bundled nuclei: a wheel that the test makes becomes tiles with boxes and masks, once."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from samples import make_settings
from wheels import offer

from pkg.data import fetch
from pkg.data.fetch import FOLDER, obtain, run_lengths
from pkg.data.source import load_samples


def pack(values: NDArray[Any]) -> bytes:
    """Return 16-bit values [H, W] as a TIFF file."""
    content = io.BytesIO()
    Image.fromarray(values.astype("uint16")).save(content, "TIFF")
    return content.getvalue()


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the wheel hold two nuclei in the region for the test, one across two of its tiles."""
    numbers = np.zeros((512, 512), int)
    numbers[260:270, 300:320] = 7
    numbers[300:310, 382:392] = 9  # 2 of its 10 columns are in the first tile, up to 384
    found = {fetch.IMAGE: pack(1000 + 5000 * (numbers > 0)), fetch.MASK: pack(numbers)}
    wheel = offer(
        monkeypatch, tmp_path / "wheels", fetch.WHEEL, {**found, fetch.LICENSE: b"free to use"}
    )
    monkeypatch.setattr(fetch, "WHEEL", wheel)
    monkeypatch.setattr(fetch, "BRIGHT", 100)  # two nuclei are less than 0.2 % of the image


def test_the_bundled_tiles_are_written_once() -> None:
    settings = replace(make_settings(), dataset_path=str(FOLDER))
    assert obtain(settings) == settings
    samples = load_samples(settings)
    assert samples.output_names == ["nucleus"]
    assert samples.given is not None
    assert sorted(samples.given) == ["test"] * 4 + ["train"] * 21 + ["val"] * 4
    assert Path(FOLDER, "LICENSE.txt").read_text() == "free to use"
    assert [entry.name for entry in FOLDER.parent.iterdir()] == [FOLDER.name]  # no draft left
    Path(FOLDER, "mine.txt").write_text("kept")
    obtain(settings)
    assert Path(FOLDER, "mine.txt").exists()


def test_nuclei_are_cut_at_the_border_of_their_tile(tmp_path: Path) -> None:
    fetch.write(tmp_path / "nuclei")
    found = json.loads((tmp_path / "nuclei/test/_annotations.coco.json").read_text())
    rows = [(x["image_id"], x["bbox"], x["area"], x["iscrowd"]) for x in found["annotations"]]
    assert rows == [
        (1, [44, 4, 20, 10], 200, 0),
        (1, [126, 44, 2, 10], 20, 1),  # less than a quarter of it
        (2, [0, 44, 8, 10], 80, 0),
    ]
    outline = found["annotations"][2]["segmentation"]
    assert outline["size"] == [128, 128]
    assert outline["counts"] == [44, *[10, 118] * 7, 10, 128 * 120 + 74]
    tile = np.asarray(Image.open(tmp_path / "nuclei/test" / found["images"][1]["file_name"]))
    assert (tile[44:54, :8] == 255).all()
    assert np.unique(tile).tolist() == [0, 255]


def test_runs_begin_with_zeros_and_go_down_columns() -> None:
    assert run_lengths(np.array([[1, 0], [1, 1]], bool)) == [0, 2, 1, 1]
    assert run_lengths(np.array([[0, 1], [0, 1]], bool)) == [2, 2]
    assert run_lengths(np.zeros((2, 2), bool)) == [4]
