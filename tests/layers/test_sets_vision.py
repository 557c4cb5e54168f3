"""The sets of boxes and masks: fetched from their real packages, or drawn; this needs a network."""

import json
import os
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as rle
from stacks import stack

from tools.baselines_vision import brains

COCO_SETS = ("base", "engine", "image", "image/joint", "features/wheel", "image/sets/coco")
TREES = stack(*COCO_SETS, "image/boxes/sets/trees").load("data.fetch")
NUCLEI = stack(*COCO_SETS, "image/instances/sets/nuclei").load("data.fetch")
BRAINS = stack(*COCO_SETS[:5], "image/masks/sets/brains").load("data.fetch")
SHAPES = stack(*COCO_SETS, "image/sets/shapes", "image/boxes/sets/shapes").load("data.fetch")
MASKS = stack(*COCO_SETS[:4], "image/sets/shapes", "image/masks/sets/shapes").load("data.fetch")


SETS = {
    "trees": TREES,
    "nuclei": NUCLEI,
    "brains": BRAINS,
    "shapes": SHAPES,
    "shape_masks": MASKS,
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write every set, once."""
    folder = tmp_path_factory.mktemp("data")
    for name, module in SETS.items():
        module.write(folder / name)
    return folder


def read(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "_annotations.coco.json").read_text())
    return found


def pixels_of(path: Path) -> NDArray[np.uint8]:
    return np.asarray(Image.open(path))


def count(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return the number of images, objects and crowds of each split."""
    found = {}
    for split in ("train", "valid", "test"):
        content = read(folder / split)
        crowds = Counter(each["iscrowd"] for each in content["annotations"])
        found[split] = (len(content["images"]), crowds[0], crowds[1])
        ids = [each["id"] for each in content["annotations"]]
        assert ids == list(range(1, len(ids) + 1))
        names = {each["file_name"] for each in content["images"]}
        assert names == {path.name for path in (folder / split).glob("*.png")}
    return found


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_no_draft_is_left(data: Path) -> None:
    assert sorted(entry.name for entry in data.iterdir()) == sorted(SETS)


def test_splits_and_counts(data: Path) -> None:
    assert count(data / "trees") == {
        "train": (376, 828, 292),
        "valid": (16, 128, 23),
        "test": (90, 400, 103),
    }
    assert count(data / "nuclei") == {
        "train": (21, 192, 33),
        "valid": (4, 34, 7),
        "test": (4, 25, 7),
    }
    assert count(data / "shapes") == {
        "train": (2400, 6051, 0),
        "valid": (300, 760, 0),
        "test": (300, 721, 0),
    }


def test_no_photograph_of_trees_is_in_two_splits(data: Path) -> None:
    seen = {}
    for split in ("train", "valid", "test"):
        names = [each["file_name"] for each in read(data / "trees" / split)["images"]]
        seen[split] = {name.rsplit("_", 2)[0] for name in names}
    assert seen["train"] == {"2019_YELL_2_528000_4978000_image_crop2", "SOAP_061"}
    assert seen["valid"] == {"OSBS_029"}
    assert seen["test"] == {"2019_YELL_2_541000_4977000_image_crop"}


def test_trees_lie_where_the_package_says(data: Path) -> None:
    """So tiles and boxes are cut alike; here in the photograph for validation."""
    content = read(data / "trees/valid")
    corners = {}
    for image in content["images"]:
        top, left = map(int, image["file_name"].removesuffix(".png").rsplit("_", 2)[1:])
        corners[image["id"]] = left, top
    assert sorted({top for _, top in corners.values()}) == [0, 91, 181, 272]  # to 400
    found = set()
    for each in content["annotations"]:
        (left, top), (x, y, width, height) = corners[each["image_id"]], each["bbox"]
        if x > 0 and y > 0 and x + width < 128 and y + height < 128:  # not cut
            found.add((left + x, top + y, left + x + width, top + y + height))
    assert (203, 67, 227, 90) in found  # the first one in the package
    assert (256, 99, 288, 140) in found
    assert len(found) == 49  # of 61: no tile holds the others whole


def test_nuclei_have_boxes_and_areas_of_their_masks(data: Path) -> None:
    for split in ("train", "valid", "test"):
        for each in read(data / "nuclei" / split)["annotations"]:
            mask = rle.decode(rle.frPyObjects(each["segmentation"], 128, 128))
            assert mask.sum() == each["area"]
            rows, columns = np.nonzero(mask)
            box = [columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1]
            assert box == each["bbox"]


def test_nuclei_are_brighter_than_what_is_around_them(data: Path) -> None:
    """So the masks lie where the image has nuclei, also in the last tile."""
    content = read(data / "nuclei/test")
    for image in content["images"]:
        pixels, mask = pixels_of(data / "nuclei/test" / image["file_name"]), np.zeros((128, 128))
        for each in content["annotations"]:
            if each["image_id"] == image["id"]:
                mask += rle.decode(rle.frPyObjects(each["segmentation"], 128, 128))
        assert mask.max() == 1  # they do not overlap
        assert pixels[mask == 1].mean() > 2 * pixels[mask == 0].mean()


def test_regions_of_nuclei_are_disjoint(data: Path) -> None:
    taken = np.zeros((512, 512), int)
    for number, split in enumerate(("train", "valid", "test"), 1):
        for image in read(data / "nuclei" / split)["images"]:
            top, left = map(int, image["file_name"].removesuffix(".png").split("_"))
            tile = taken[top : top + 128, left : left + 128]
            assert tile.shape == (128, 128)
            assert {*np.unique(tile)} <= {0, number}
            tile[:] = number
    assert np.bincount(taken.ravel()).tolist() == [0, 131072, 65536, 65536]  # all of it


def test_slices_of_the_brain(data: Path) -> None:
    expected = {"train": (93, "010", "152"), "val": (15, "075", "089"), "test": (20, "095", "114")}
    for split, (number, first, last) in expected.items():
        masks = sorted((data / "brains" / split / "masks").iterdir())
        images = sorted((data / "brains" / split / "images").iterdir())
        assert [path.name for path in images] == [path.name for path in masks]
        assert (len(masks), masks[0].stem, masks[-1].stem) == (number, first, last)
    tissues = np.stack([pixels_of(path) for path in (data / "brains/val/masks").iterdir()])
    assert np.bincount(tissues.ravel()).tolist() == [273450, 158207, 121303]
    rims = (tissues[:, 0], tissues[:, -1], tissues[..., 0], tissues[..., -1])
    assert not any(rim.any() for rim in rims)  # nothing is cut off


def test_brightness_alone_does_not_tell_the_tissues_apart(data: Path) -> None:
    trivial, classical = brains(data / "brains").values()
    assert 0.1 < trivial["iou"] < 0.25
    assert 0.5 < classical["iou"] < 0.75
    assert classical["iou_0"] > 0.95


def test_licences_lie_beside_the_data(data: Path) -> None:
    assert "MIT License" in (data / "trees/LICENSE.txt").read_text()
    assert "BSD 3-Clause License" in (data / "nuclei/LICENSE.txt").read_text()
    text = (data / "brains/LICENSE.txt").read_text()
    assert "McGill University. Permission to use, copy, modify" in text.replace("\n", " ")
    assert "The nilearn developers" in text
    assert "PLANTED BIAS FIELDS AND NOISE" in (data / "brains/README.txt").read_text()


def test_boxes_of_shapes_are_the_extents_of_their_masks(data: Path) -> None:
    content = read(data / "shapes/test")
    names = {each["id"]: each["file_name"] for each in content["images"]}
    for image_id, name in names.items():
        mask = pixels_of(data / "shape_masks/test/masks" / name)
        assert (
            pixels_of(data / "shapes/test" / name)
            == pixels_of(data / "shape_masks/test/images" / name)
        ).all()
        objects = [each for each in content["annotations"] if each["image_id"] == image_id]
        drawn = SHAPES.draw(int(name.removesuffix(".png"))).shapes
        assert sum(each["area"] for each in objects) == (mask > 0).sum()
        for each, shape in zip(objects, drawn, strict=True):
            rows, columns = np.nonzero(shape.mask)
            box = [columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1]
            assert box == each["bbox"]
            assert (mask[shape.mask] == each["category_id"]).all()
            assert shape.mask.sum() >= 0.75 * shape.area


def test_shapes_are_of_all_kinds_numbers_and_sizes(data: Path) -> None:
    content = read(data / "shapes/train")
    kinds = Counter(each["category_id"] for each in content["annotations"])
    assert min(kinds.values()) > 0.8 * max(kinds.values())
    numbers = Counter(Counter(each["image_id"] for each in content["annotations"]).values())
    assert sorted(numbers) == [1, 2, 3, 4]
    widths = [each["bbox"][2] for each in content["annotations"]]
    assert min(widths) < 12 < 39 < max(widths) <= 41


def test_the_same_shapes_are_drawn_anywhere() -> None:
    pixels = SHAPES.draw(0).pixels
    assert sha256(pixels.tobytes()).hexdigest().startswith("1a6113542b349475")


def test_what_is_written_again_is_the_same(data: Path, tmp_path: Path) -> None:
    for name in ("nuclei", "brains"):
        SETS[name].write(tmp_path / name)
        assert contents(tmp_path / name) == contents(data / name)


def test_what_is_there_stays(data: Path) -> None:
    before = contents(data / "nuclei")
    (data / "nuclei/mine.txt").write_text("kept")
    NUCLEI.write(data / "nuclei")
    assert contents(data / "nuclei") == {**before, "mine.txt": b"kept"}
    (data / "nuclei/mine.txt").unlink()


def test_a_write_that_breaks_off_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(number: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SHAPES, "annotate", fail)
        with pytest.raises(KeyboardInterrupt):
            SHAPES.write(tmp_path / "shapes")
    assert not (tmp_path / "shapes").exists()
    for split, number in {"train": 3, "val": 1, "test": 1}.items():
        monkeypatch.setitem(SHAPES.SPLITS, split, number)
    SHAPES.write(tmp_path / "shapes")  # over what was left
    assert [path.name for path in tmp_path.iterdir()] == ["shapes"]
    assert len(read(tmp_path / "shapes/train")["images"]) == 3


def test_without_pip_one_line_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    wanted = r"^data\.dataset_path: .*deepforest==2\.1\.0.*with a network[^\n]*$"
    with pytest.raises(Exception, match=wanted) as caught:
        TREES.write(tmp_path / "trees")
    assert type(caught.value).__name__ == "UserError"
    assert not (tmp_path / "trees").exists()
