"""What a prediction says: shares of classes, and a mask of the size of the file."""

import base64
import io
from pathlib import Path

import pytest
import torch
from PIL import Image
from samples import make_info

from pkg.engine.errors import UserError
from pkg.masks import VOID, Segmentation, colours
from pkg.task.predictions import (
    answer,
    name_masks,
    write_masks,
)

INFO = make_info(["ground", "pond"])


def outputs_of(width: int, height: int) -> Segmentation:
    """Return classes of an input of 16 x 16: a pond on the left half, ground on the rest."""
    classes = torch.zeros(16, 16, dtype=torch.uint8)
    classes[:, :8] = 1
    return Segmentation(classes, torch.tensor([width, height]))


def test_shares_are_those_of_the_image_without_filling() -> None:
    found = answer(outputs_of(60, 80), INFO)  # 12 of 16 columns show it
    assert found["share_ground"] == pytest.approx(4 / 12)
    assert found["share_pond"] == pytest.approx(8 / 12)


def test_a_mask_has_the_size_of_the_file_and_its_colours() -> None:
    content = io.BytesIO(base64.b64decode(answer(outputs_of(60, 80), INFO)["mask"]))
    mask = Image.open(content)
    assert (mask.size, mask.mode, mask.format) == ((60, 80), "P", "PNG")
    assert [mask.getpixel((x, 40)) for x in (0, 39, 40, 59)] == [1, 1, 0, 0]
    assert mask.convert("RGB").getpixel((0, 0)) == colours(2)[1]


def test_outputs_that_are_not_finite_are_an_error() -> None:
    outputs = outputs_of(16, 16)
    outputs.classes[3, 3] = VOID
    assert answer(outputs, INFO) == {"error": "the outputs of the model are not finite"}


def test_masks_are_files_that_are_called_as_their_images(tmp_path: Path) -> None:
    names = ["photos/a.jpg", "photos/more/b.tif", "photos/more/b.png", "photos/broken.png"]
    records = [{"input": name, **answer(outputs_of(4, 2), INFO)} for name in names[:3]]
    write_masks([*records, {"input": names[3], "error": "no image"}], tmp_path / "out", INFO)
    written = {path.relative_to(tmp_path / "out").as_posix() for path in tmp_path.rglob("*.*")}
    assert written == {"a.png", "more/b.tif.png", "more/b.png.png", "classes.csv"}
    assert Image.open(tmp_path / "out/a.png").size == (4, 2)
    lines = (tmp_path / "out/classes.csv").read_text().splitlines()
    assert lines == ["value,class,colour", "0,ground,#000000", "1,pond,#800000"]


def test_one_image_needs_no_folder_below() -> None:
    assert name_masks(["somewhere/deep/a.jpg"]) == ["a.png"]


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UserError, match="out cannot be made"):
        write_masks([{"input": "a.png", "error": "none"}], tmp_path / "out", INFO)
