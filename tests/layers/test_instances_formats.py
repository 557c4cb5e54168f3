"""Masks of objects from COCO JSON: every form that there is, and traps in each."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from box_files import CAT, image, load, mark, messages, paint, write_coco
from pycocotools import mask as coco_mask
from stacks import stack

PROJECT = stack(
    *("base", "engine", "engine/streaming", "engine/draws", "image", "image/joint", "image/boxes"),
    *("image/instances", "tasks/detection", "tasks/instances", "image/annotated"),
    *("image/annotated/sizes", "image/coco", "image/boxes/numbers"),
    *("image/boxes/xywh", "image/boxes/sources/coco", "image/instances/sources/coco"),
)
RUNS, SEGMENTATIONS = (
    PROJECT.load("data.formats.run_lengths"),
    PROJECT.load("data.formats.segmentations"),
)
POLYGONS = PROJECT.load("data.formats.polygons")
WIDTH, HEIGHT = 20, 10
SQUARE = [2, 3, 6, 3, 6, 8, 2, 8]
FAR = [12, 1, 15, 1, 15, 4, 12, 4]
TRIANGLE = [1.5, 1.25, 17.75, 2.5, 6.0, 9.0]


def decoded(segmentation: Any, width: int = WIDTH, height: int = HEIGHT) -> Any:
    return RUNS.decode(SEGMENTATIONS.from_coco(segmentation, width, height), width, height)


def box(x1: int, y1: int, x2: int, y2: int) -> Any:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[y1:y2, x1:x2] = 1
    return mask


def lengths(mask: Any) -> list[int]:
    """Return the run lengths of a mask, counted one by one."""
    counts, last = [0], 0
    for value in mask.T.ravel().tolist():
        if value != last:
            counts.append(0)
        counts[-1] += 1
        last = value
    return counts


def ring() -> Any:
    """Return a mask with a hole, which polygons cannot have."""
    return box(4, 1, 12, 9) - box(6, 3, 10, 7)


def test_polygons() -> None:
    assert (decoded([SQUARE]) == box(2, 3, 6, 8)).all()
    assert (decoded(SQUARE) == box(2, 3, 6, 8)).all()  # some write one without its list
    assert (decoded([SQUARE, FAR]) == box(2, 3, 6, 8) + box(12, 1, 15, 4)).all()
    assert decoded([SQUARE, [4, 3, 8, 3, 8, 8, 4, 8]]).max() == 1  # parts may overlap
    beyond = decoded([[-5, -5, 3, -5, 3, 4, -5, 4]])
    assert (beyond == box(0, 0, 3, 4)).all()


def test_a_pixel_is_in_a_polygon_by_the_rule_of_pycocotools() -> None:
    [parts] = coco_mask.frPyObjects([TRIANGLE], HEIGHT, WIDTH)
    assert (decoded([TRIANGLE]) == coco_mask.decode(parts)).all()


@pytest.mark.parametrize("mask", [ring(), box(0, 0, 20, 10), box(0, 0, 1, 1), box(19, 9, 20, 10)])
def test_run_lengths_of_both_kinds(mask: Any) -> None:
    packed = coco_mask.encode(np.asfortranarray(mask))["counts"]
    plain = {"size": [HEIGHT, WIDTH], "counts": lengths(mask)}
    for segmentation in (plain, plain | {"counts": packed.decode()}, plain | {"counts": packed}):
        assert (decoded(segmentation) == mask).all()
    assert RUNS.unpack(packed).tolist() == lengths(mask)
    assert RUNS.encode(mask * 7) == packed  # anything but 0 is the object
    area, around = RUNS.measure(packed, WIDTH, HEIGHT)
    rows, columns = mask.nonzero()
    assert area == len(rows)
    assert around == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@pytest.mark.parametrize("seed", range(5))
def test_run_lengths_of_noise(seed: int) -> None:
    chance = np.random.default_rng(seed)
    mask = (chance.random((97, 1311)) < chance.choice([0.001, 0.3, 0.9])).astype(np.uint8)
    packed = RUNS.encode(mask)
    assert RUNS.unpack(packed).tolist() == lengths(mask)
    assert (RUNS.decode(packed, 1311, 97) == mask).all()


SIZE = [HEIGHT, WIDTH]
WRONG: dict[str, list[Any]] = {
    "has no segmentation": [None, [], {}, ""],
    "x and y of three points or more": [
        *([[1, 1, 5, 5]], [[1, 1, 5, 5, 9]], [SQUARE, [1, 2]], [["a"] * 6], [[float("nan")] * 6]),
        *([None], [[1, 2, 3, 4, 5, None]], [1, 2, 3], [SQUARE, 7]),
    ],
    r"size of its segmentation is \[20, 10\], not \[10, 20\]": [
        {"size": [WIDTH, HEIGHT], "counts": [200]}
    ],
    "do not add up": [
        {"size": SIZE, "counts": value}
        for value in (
            [100],
            [300],
            [-5, 205],
            [1.5, 198.5],
            None,
            7,
            "",
            "0",
            "05",
            "zzzzzzzz",
            "é",
        )
    ],
    "not polygons or runs": [5, "mask.png"],
    "no pixel of the image": [
        [[30, 30, 40, 30, 40, 40]],
        {"size": SIZE, "counts": [200]},
        {"size": SIZE, "counts": coco_mask.encode(np.zeros(SIZE, np.uint8, "F"))["counts"]},
    ],
}


@pytest.mark.parametrize(
    ("message", "segmentation"), [(key, each) for key, some in WRONG.items() for each in some]
)
def test_what_is_no_mask_is_refused(message: str, segmentation: Any) -> None:
    with pytest.raises(ValueError, match=message):
        SEGMENTATIONS.from_coco(segmentation, WIDTH, HEIGHT)


def test_a_polygon_needs_the_size_of_its_image() -> None:
    with pytest.raises(ValueError, match="size of its image is not known"):
        SEGMENTATIONS.from_coco([SQUARE], 0, 0)


def write(folder: Path, *segmentations: Any) -> Path:
    """Write two images and objects with these masks in the second; return the file."""
    for name in ("a.png", "b.png"):
        paint(folder / name)
    marks = [
        mark(i, 2, 7, 2, 3, 4, 5, segmentation=each) for i, each in enumerate(segmentations, 1)
    ]
    return write_coco(folder / "set.json", [image(1, "a.png"), image(2, "b.png")], marks, [CAT])


def test_masks_stay_with_their_objects(tmp_path: Path) -> None:
    hole = {"size": SIZE, "counts": lengths(ring())}
    found = load(PROJECT, write(tmp_path, [SQUARE], [], hole, [FAR]), input_shape=[3, 10, 20])
    assert list(found.broken) == ["set.json annotation 2"]
    first, second = found.targets[0], found.targets[1]
    assert (first.masks, second.labels.tolist()) == ([], [0, 0, 0])
    for kept, mask in zip(second.masks, (box(2, 3, 6, 8), ring(), box(12, 1, 15, 4)), strict=True):
        assert (second.to_mask(kept, WIDTH, HEIGHT) == mask).all()
    batch = found[[1, 0]]
    assert batch.masks[0, 1].equal(torch.from_numpy(ring()))
    assert batch.masks[1].sum() == 0
    assert batch.targets.pixels.tolist() == [[20, 48, 9], [0, 0, 0]]
    finding, _ = messages(found)  # all have the box of the first, which is the other finding
    assert "set.json annotation 3, set.json annotation 4" in finding
    assert "from their masks: 2, the first: [2, 3, 6, 8], and its mask's [4, 1, 12, 9]" in finding


def test_masks_are_resized_by_the_half(tmp_path: Path) -> None:
    found = load(PROJECT, write(tmp_path, [FAR], [SQUARE]), input_shape=[3, 5, 10])
    small = found[[1]].masks[0]
    halves = box(12, 1, 15, 4).reshape(5, 2, 10, 2).mean((1, 3)) >= 0.5
    assert small[0].equal(torch.from_numpy(halves.astype(np.uint8)))
    wide = load(PROJECT, write(tmp_path, [SQUARE]), input_shape=[3, 40, 40])[[1]].masks[0, 0]
    assert wide[:20].equal(torch.from_numpy(box(2, 3, 6, 8).repeat(2, 0).repeat(2, 1)))
    assert wide[20:].sum() == 0


def test_masks_of_a_turned_photograph(tmp_path: Path) -> None:
    for turned, (width, height) in {"stored": (20, 10), "upright": (10, 20)}.items():
        paint(tmp_path / turned / "a.png", turned=True)  # stored as 20 x 10
        upper = {"size": [height, width], "counts": lengths(np.eye(height, width, dtype=np.uint8))}
        marks = [mark(1, 1, 7, 0, 0, 10, 10, segmentation=upper)]
        images = [image(1, "a.png", width, height)]
        path = write_coco(tmp_path / turned / "set.json", images, marks, [CAT])
        found = load(PROJECT, path, input_shape=[3, height, width])
        assert found[[0]].masks[0, 0].equal(torch.eye(height, width, dtype=torch.uint8))


def stars(seed: int, width: int, height: int) -> list[list[list[float]]]:
    """Return objects of one to three polygons; many cross themselves or leave the image."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(60):
        parts = []
        for _ in range(chance.integers(1, 4)):
            count, radius = chance.integers(3, 20), chance.uniform(0.5, 30)
            center = chance.uniform(20, (width - 20, height - 20))
            points = center + chance.uniform(-radius, radius, (count, 2))
            parts.append(points.round(2).ravel().tolist())
        found.append(parts)
    return found


def test_polygons_are_filled_when_they_are_read(tmp_path: Path) -> None:
    """The masks are bit for bit those of pycocotools, and the objects the same as if all of them
    had been filled at once."""
    width, height = 200, 150
    paint(tmp_path / "a.png", width, height)
    outlines = stars(1, width, height)
    marks = [
        mark(i, 1, 7, 2, 3, 4, 5, area=9, segmentation=each) for i, each in enumerate(outlines)
    ]
    path = write_coco(tmp_path / "set.json", [image(1, "a.png", width, height)], marks, [CAT])
    found = load(PROJECT, path, input_shape=[3, height, width])
    there = []
    for i, each in enumerate(outlines):
        pixels = coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects(each, height, width)))
        if pixels.any():
            there.append(pixels)
        else:
            assert "no pixel of the image" in found.broken[f"set.json annotation {i}"]
    masks = found.read_sample(0).masks[0].numpy()
    assert len(masks) == len(there) == len(found.targets.labels)
    assert all((one == other).all() for one, other in zip(masks, there, strict=True))
    kept = [content.startswith(POLYGONS.MARK) for content in found.targets[0].masks]
    assert 10 < sum(kept) < len(kept)  # others may have no pixel, or are partly outside


def test_polygons_that_are_thin_outside_or_odd_are_looked_at_one_by_one() -> None:
    large, sizes = [10.0, 10, 90, 10, 90, 90, 10, 90], np.array([[100, 100]])
    sliver, beyond = [10, 10, 90, 10, 90, 10.5], [-5, 10, 50, 10, 50, 50]
    assert POLYGONS.find_outlines([[large]], sizes)[0].box == [10, 10, 90, 90]
    two = POLYGONS.find_outlines([[sliver], [large, [2, 20, 40, 20, 40, 99]]], sizes.repeat(2, 0))
    assert {row: each.box for row, each in two.items()} == {1: [2, 10, 90, 99]}
    for odd in (sliver, beyond, ["1"] * 6, [float("nan"), *large[1:]], large[:4], [True] * 6):
        assert POLYGONS.find_outlines([[large, odd]], sizes) == {}
    for other in (None, [], large, {"size": [100, 100], "counts": [0, 10_000]}):
        assert POLYGONS.find_outlines([other], sizes) == {}
    assert POLYGONS.find_outlines([[large]], np.array([[0, 0]])) == {}  # no size is known
