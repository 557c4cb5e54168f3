"""Masks with a number for each object: exact run lengths, and each trap by name with a remedy."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from box_files import messages
from mask_files import blocks, noise, save
from PIL import Image
from stacks import stack

PROJECT = stack(
    *("base", "engine", "engine/streaming", "engine/draws", "image", "image/joint", "image/boxes"),
    *("image/instances", "tasks/detection", "tasks/instances", "image/listed", "image/paired"),
    "image/instances/sources/ids",
)
PIXELS, RUNS = PROJECT.load("data.formats.id_pixels"), PROJECT.load("data.formats.run_lengths")
UserError = PROJECT.UserError
SIDE = 16


def load(path: Path, **changes: Any) -> Any:
    changes = {"input_shape": [3, SIDE, SIDE]} | changes
    settings = PROJECT.load("data.settings").DataSettings(dataset_path=str(path), **changes)
    return PROJECT.load("data.source").load_samples(settings)


def write_set(root: Path, *values: int, masks: str = "masks", count: int = 3) -> Path:
    """Write images, and masks with a stripe for each of the values."""
    for number in range(count):
        save(noise(number), root / f"images/{number}.jpg")
        save(blocks(*values or (0, 1, 0, 2)), root / f"{masks}/{number}.png")
    return root


def pieces(mask: Any) -> int:
    """Return the pieces of a mask less its holes, found by filling one after another."""
    return flood(mask, corners=True) - (flood(~np.pad(mask, 1), corners=False) - 1)


def flood(mask: Any, corners: bool) -> int:
    """Return how many pieces a mask has."""
    left, found = {*zip(*mask.nonzero(), strict=True)}, 0
    near = [(0, 1), (0, -1), (1, 0), (-1, 0)] + corners * [(1, 1), (1, -1), (-1, 1), (-1, -1)]
    while left:
        found, reached = found + 1, [left.pop()]
        while reached:
            y, x = reached.pop()
            for one in ((y + dy, x + dx) for dy, dx in near):
                if one in left:
                    left.remove(one)
                    reached.append(one)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_regions_are_the_pixels_of_each_number(seed: int) -> None:
    chance = np.random.default_rng(seed)
    size = chance.integers(1, 30, 2)
    ids = chance.choice([0, 1, 2, 40_000], size).astype(np.int64)
    ids = ids.repeat(chance.integers(1, 4), 0).repeat(chance.integers(1, 4), 1)
    found = PIXELS.find_regions(ids)
    assert [each.id for each in found] == [x for x in np.unique(ids) if x]
    for each in found:
        assert each.counts == RUNS.encode(ids == each.id)
    numbers = np.unique(ids)
    expected = [pieces(ids == number) for number in numbers]
    assert PIXELS.euler_numbers(ids, numbers).tolist() == expected


def test_masks_of_16_bits_and_of_palettes(tmp_path: Path) -> None:
    write_set(tmp_path)
    stripes = np.tile(np.repeat([0, 700, 701, 40_000], 4), (SIDE, 1))
    save(Image.fromarray(stripes.astype(np.uint16)), tmp_path / "masks/0.png")
    palette = blocks(0, 1, 255, 254)
    palette.putpalette([*range(256)] * 3)
    save(palette, tmp_path / "masks/1.png")
    save(blocks(0, 7, 7, 255).convert("RGB"), tmp_path / "masks/2.png")  # grey all the same
    found = load(tmp_path)
    assert found.targets.counts.tolist() == [3, 2, 2]
    assert found.targets.boxes[3:5].tolist() == [[4, 0, 8, 16], [12, 0, 16, 16]]  # no border
    assert found.targets.areas.tolist() == [64, 64, 64, 64, 64, 128, 64]
    again = pickle.loads(pickle.dumps(found))
    assert again[[0]].masks.equal(found[[0]].masks)
    assert found.read_sample(0).masks[0, 2, 3].tolist() == [0] * 12 + [1] * 4


def test_folders_are_splits_and_numbers_have_classes(tmp_path: Path) -> None:
    for split in ("train", "val"):
        write_set(tmp_path / split, 0, 24_001, 24_002, 26_000, masks="gtFine")
        for path in (tmp_path / split / "gtFine").glob("*.png"):
            stripes = np.tile(np.repeat([7, 24_001, 24_002, 26_000], 4), (SIDE, 1))
            name = path.with_name(f"{path.stem}_gtFine_instanceIds.png")
            save(Image.fromarray(stripes.astype(np.uint16)), name)
            path.rename(path.with_name(f"{path.stem}_gtFine_labelIds.png"))
    classes = {"1-23": "void", "24000-24999": "person", "26000-26999": "car"}
    found = load(tmp_path, id_classes=classes)
    assert found.given == ["train"] * 3 + ["val"] * 3
    assert found.output_names == ["person", "car"]
    assert found.targets.labels[:3].tolist() == [0, 0, 1]
    assert load(tmp_path, id_classes=classes, class_names=["car", "person"]).targets.labels[
        :3
    ].tolist() == [1, 1, 0]


def test_lists_of_pascal_voc_are_the_splits(tmp_path: Path) -> None:
    root = tmp_path / "VOCdevkit/VOC2012"
    for number in range(5):
        save(noise(number), root / f"JPEGImages/{number}.jpg")
        save(blocks(0, 1, 2), root / f"SegmentationClass/{number}.png")
        save(blocks(0, 1, 2, 3), root / f"SegmentationObject/{number}.png")
    lists = root / "ImageSets/Segmentation"
    lists.mkdir(parents=True)
    (lists / "train.txt").write_text("1\n3\n")
    (lists / "val.txt").write_text("0\n9\n")
    found = load(tmp_path)
    assert found.names == [f"JPEGImages/{number}.jpg" for number in (0, 1, 3)]
    assert found.given == ["val", "train", "train"]
    assert found.targets.counts.tolist() == [3, 3, 3]
    place = "ImageSets/Segmentation/val.txt line 2"
    assert found.broken == {place: f"{place}: there is no image 9"}
    assert messages(found) == [
        "note: ImageSets/Segmentation: images that are in no list: 2 of 5: they are not used: "
        "list them, if they should be"
    ]


def test_what_is_no_number_of_an_object_is_named(tmp_path: Path) -> None:
    write_set(tmp_path, count=5)
    save(noise(1), tmp_path / "masks/1.png")
    save(blocks(0, 1), tmp_path / "masks/2.png")
    (tmp_path / "masks/2.png").write_bytes((tmp_path / "masks/2.png").read_bytes()[:45])
    save(Image.fromarray(np.full((SIDE, SIDE), 0.5, np.float32)), tmp_path / "masks/3.tiff")
    (tmp_path / "masks/3.png").unlink()
    save(blocks(0, 9, width=8), tmp_path / "masks/4.png")
    found = load(tmp_path)
    assert found.names == ["images/0.jpg", "images/4.jpg"]
    assert "in colour: save one number a pixel, in grey" in found.broken["masks/1.png"]
    assert "masks/2.png: " in found.broken["masks/2.png"]
    assert "no whole numbers from 0; its image is left out" in found.broken["masks/3.tiff"]
    with pytest.raises(UserError, match=r"4\.jpg: 16 x 16 pixels, but its annotations say 8 x 16"):
        found.read_sample(1)


@pytest.mark.parametrize(
    ("values", "changes", "message"),
    [
        ((0, 255), {}, "masks hold 0 and 255 alone, .*: make a project for semantic masks"),
        ((0,), {}, "masks hold 0 alone, which is the background"),
        ((1, 0, 1, 2), {}, None),  # a half of the values at most
        ((1, 0, 1, 0), {}, "look like classes, .*: 3 of 3 lie in pieces, as 1 in masks/0"),
        ((0, 1), {"id_classes": {"0-3": "a"}}, r"data\.id_classes: '0-3' is no number above 0"),
        ((0, 1), {"id_classes": {"x": "a"}}, "'x' is no number above 0"),
        ((0, 1), {"id_classes": {"9-3": "a"}}, "'9-3' is no number above 0"),
        ((0, 1), {"id_classes": {"1-9": "a", "5": "b"}}, "5 is both a and b"),
        ((0, 1), {"class_names": ["a", "b"]}, r"has 2 classes, .*as \"1-99\": a, \"100"),
        ((0, 1), {"class_names": ["b"], "id_classes": {"1": "a"}}, r"class_names lacks \['a'\]"),
    ],
)
def test_what_is_not_clear_is_refused(
    tmp_path: Path, values: tuple[int, ...], changes: Any, message: str | None
) -> None:
    write_set(tmp_path, *values)
    if message is None:
        assert load(tmp_path, **changes).targets.counts.tolist() == [2, 2, 2]
        return
    with pytest.raises(UserError, match=message):
        load(tmp_path, **changes)


def test_jpeg_masks_are_refused(tmp_path: Path) -> None:
    write_set(tmp_path)
    for path in [*tmp_path.glob("masks/*.png")]:
        save(Image.open(path), path.with_suffix(".jpg"))
        path.unlink()
    with pytest.raises(
        UserError, match=r"no mask in .* can be used: .*JPEG, which makes numbers up"
    ):
        load(tmp_path)
