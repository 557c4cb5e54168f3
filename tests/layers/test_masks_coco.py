"""Outlines of COCO as masks: polygons and run lengths against pycocotools, overlaps and traps."""

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mask_files import MASKS, findings, noise, save
from pycocotools import mask as rle
from stacks import stack

COCO = stack(
    *MASKS, "image/annotated", "image/annotated/sizes", "image/coco", "image/masks/sources/coco"
)
source, outlines = COCO.load("data.source"), COCO.load("data.formats.outlines")
DataSettings, UserError = COCO.load("data.settings").DataSettings, COCO.UserError
WIDTH, HEIGHT, VOID = 24, 16, 255
TRIANGLE = [2.0, 2, 20, 2, 2, 14]
Outline = outlines.Outline


def settings(path: Path, **changes: Any) -> Any:
    return DataSettings(dataset_path=str(path), input_shape=[3, 32, 32], **changes)


def square(left: int, top: int, side: int) -> list[float]:
    """Return the corners of a square, clockwise."""
    right, bottom = left + side, top + side
    return [left, top, right, top, right, bottom, left, bottom]


def pixels(*boxes: tuple[int, int, int]) -> Any:
    """Return a mask of squares: left, top and side."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    for left, top, side in boxes:
        mask[top : top + side, left : left + side] = True
    return mask


def compress(mask: Any) -> dict[str, Any]:
    found = rle.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": [HEIGHT, WIDTH], "counts": found["counts"].decode()}


def uncompress(mask: Any) -> dict[str, Any]:
    flat = np.concatenate([[False], mask.T.ravel(), [True]])
    changes = np.flatnonzero(flat[1:] != flat[:-1])
    runs = np.diff(np.concatenate([[0], changes])).tolist()
    total = HEIGHT * WIDTH - sum(runs)
    return {"size": [HEIGHT, WIDTH], "counts": [*runs, total] if total else runs}


def annotation(id_: int, segmentation: Any, category: int = 3, **more: Any) -> dict[str, Any]:
    return {"id": id_, "image_id": 7, "category_id": category, "segmentation": segmentation, **more}


def write(root: Path, annotations: list[dict[str, Any]], **changes: Any) -> Path:
    """Write one image that is called 7, and a file of annotations; the categories are 3 and 90."""
    save(noise(1, WIDTH, HEIGHT), root / "images/a.png")
    save(noise(2, WIDTH, HEIGHT), root / "images/empty.png")
    content = {
        "images": [
            {"id": 7, "file_name": "a.png", "width": WIDTH, "height": HEIGHT},
            {"id": 8, "file_name": "empty.png", "width": WIDTH, "height": HEIGHT},
        ],
        "annotations": annotations,
        "categories": [{"id": 90, "name": "boat"}, {"id": 3, "name": "lake"}],
    }
    (root / "annotations.json").write_text(json.dumps(content | changes))
    return root


def load(root: Path, **changes: Any) -> Any:
    return source.load_samples(settings(root, **changes))


def test_polygons_and_run_lengths_are_classes(tmp_path: Path) -> None:
    far = pixels((14, 2, 3))
    for segmentation in ([square(14, 2, 3)], compress(far), uncompress(far)):
        found = [annotation(1, [square(1, 1, 6), square(1, 9, 4)]), annotation(2, segmentation, 90)]
        samples = load(write(tmp_path, found))
        assert samples.output_names == ["background", "lake", "boat"]
        expected = pixels((1, 1, 6), (1, 9, 4)) + 2 * far.astype(int)
        assert (samples.targets[0].read() == expected).all()
        assert not samples.targets[1].read().any()  # nothing but background
        assert samples.read_sample(0).masks.shape == (1, 32, 32)
        again = pickle.loads(pickle.dumps(samples.targets))
        assert (again[0].read() == expected).all()


def test_smaller_objects_are_in_front_and_crowds_are_void_behind(tmp_path: Path) -> None:
    found = [
        annotation(1, [square(4, 4, 3)], 90),
        annotation(2, [square(2, 2, 10)]),
        annotation(3, compress(pixels((0, 0, 14))), 90, iscrowd=1),
    ]
    for order in (found, found[::-1]):
        mask = load(write(tmp_path, order)).targets[0].read()
        assert mask[5, 5] == 2
        assert mask[10, 10] == 1
        assert mask[13, 13] == VOID
        assert mask[15, 20] == 0


corners = st.lists(st.floats(-4, 28, width=32), min_size=6, max_size=24)


@given(st.lists(corners.map(lambda x: x[: len(x) // 2 * 2]), min_size=1, max_size=3))
def test_polygons_are_filled_as_by_pycocotools(polygons: list[list[float]]) -> None:
    found = outlines.fill(Outline("x", 1, False, polygons), WIDTH, HEIGHT)
    expected = rle.decode(rle.merge(rle.frPyObjects(polygons, HEIGHT, WIDTH)))
    assert (found == expected.astype(bool)).all()


@given(st.binary(min_size=HEIGHT * WIDTH // 8, max_size=HEIGHT * WIDTH // 8), st.booleans())
def test_run_lengths_are_those_of_pycocotools(content: bytes, rough: bool) -> None:
    bits = np.unpackbits(np.frombuffer(content, np.uint8)).reshape(HEIGHT, WIDTH)
    mask = (np.sort(bits, 0) if rough else bits).astype(bool)
    for form in (compress(mask), uncompress(mask)):
        assert (outlines.fill(Outline("x", 1, False, form), WIDTH, HEIGHT) == mask).all()


def test_long_runs_are_decompressed() -> None:
    mask = np.zeros((3000, 2000), np.uint8, order="F")
    mask[5:2900, 100:1900] = 1
    mask[77, 3] = 1
    runs = outlines.decompress(rle.encode(mask)["counts"].decode())
    assert (outlines.unroll("x", runs, 2000, 3000) == mask).all()


@pytest.mark.parametrize(
    ("segmentation", "message"),
    [
        (None, "is not polygons of 3 corners or more, or run lengths"),
        ([], "is not polygons"),
        ([[1, 1, 5, 5]], "is not polygons"),
        ([[1, 1, 5, 5, 9, 9, 3]], "is not polygons"),
        ([[1, 1, 5, 5, 9, "x"]], "is not polygons"),
        ([[1, 1, 5, 5, 9, float("nan")]], "is not polygons"),
        ({"size": [WIDTH, HEIGHT], "counts": [384]}, r"is of \[24, 16\] pixels, not of \[16, 24\]"),
        ({"size": [HEIGHT, WIDTH], "counts": [3, 4]}, "sum to 7, not to 24 x 16 pixels"),
        ({"size": [HEIGHT, WIDTH], "counts": [-1, 385]}, "are no numbers from 0"),
        ({"size": [HEIGHT, WIDTH], "counts": "1"}, "sum to 1, not to"),
        ({"size": [HEIGHT, WIDTH], "counts": "~~"}, "sum to 28, not to"),
        ({"size": [HEIGHT, WIDTH]}, "are no numbers from 0"),
    ],
)
def test_what_is_no_outline_is_named(tmp_path: Path, segmentation: Any, message: str) -> None:
    found = [annotation(1, [TRIANGLE]), annotation(22, segmentation, 90)]
    samples = load(write(tmp_path, found))
    wanted = rf"^mask images/a\.png: annotations\.json annotation 22: .*{message}"
    with pytest.raises(ValueError, match=wanted):
        samples.targets[0].read()
    with pytest.raises(UserError, match=rf"image images/a\.png: {wanted[1:]}"):
        samples.read_sample(0)


def test_a_file_of_boxes_is_refused(tmp_path: Path) -> None:
    boxes = [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [1, 1, 5, 5]}]
    with pytest.raises(UserError, match=r"data\.dataset_path: .* no annotation has a segmentation"):
        load(write(tmp_path, boxes))


def test_class_names_set_the_order(tmp_path: Path) -> None:
    found = [annotation(1, [TRIANGLE]), annotation(2, [square(14, 10, 4)], 90)]
    samples = load(write(tmp_path, found), class_names=["boat", "lake", "background"])
    mask = samples.targets[0].read()
    assert [mask[3, 4], mask[11, 15], mask[15, 23]] == [1, 0, 2]
    with pytest.raises(UserError, match=r"data\.class_names lacks \['background', 'boat'\] of"):
        load(tmp_path, class_names=["lake", "sea"])


def test_a_category_may_be_the_background(tmp_path: Path) -> None:
    categories = [{"id": 3, "name": "lake"}, {"id": 4, "name": "background"}]
    samples = load(write(tmp_path, [annotation(1, [TRIANGLE])], categories=categories))
    assert samples.output_names == ["background", "lake"]
    assert samples.targets[0].read()[3, 4] == 1


def test_annotations_of_no_image_or_category_are_named(tmp_path: Path) -> None:
    found = [annotation(1, [TRIANGLE]), annotation(2, [TRIANGLE], 5)]
    found += [annotation(3, [TRIANGLE]) | {"image_id": 99}]
    samples = load(write(tmp_path, found))
    assert [*samples.broken.values()] == [
        "annotations.json annotation 2: category_id 5 is of no category",
        "annotations.json annotation 3: image_id 99 is of no image",
    ]


def test_an_image_of_another_size_is_named(tmp_path: Path) -> None:
    write(tmp_path, [annotation(1, [TRIANGLE])])
    save(noise(3, 30, 20), tmp_path / "images/a.png")
    message = r"image images/a\.png: mask images/a\.png has 24 x 16 pixels, not 30 x 20 as its"
    with pytest.raises(UserError, match=message):
        load(tmp_path).read_sample(0)


def test_the_doctor_counts_outlines(tmp_path: Path) -> None:
    for split, count in (("train", 5), ("val", 3), ("test", 3)):
        images, found = [], []
        for i in range(count):
            seed = 10 * ("train", "val", "test").index(split) + i
            save(noise(seed, WIDTH, HEIGHT), tmp_path / f"{split}/{i}.png")
            images += [{"id": i, "file_name": f"{i}.png", "width": WIDTH, "height": HEIGHT}]
            found += [annotation(i, [square(2, 2, 4)]) | {"image_id": i}]
        found += [annotation(99, [square(9, 9, 4)], 90) | {"image_id": 0}] * (split == "val")
        content = {"images": images, "annotations": found}
        content["categories"] = [{"id": 3, "name": "lake"}, {"id": 90, "name": "boat"}]
        (tmp_path / split / "_annotations.coco.json").write_text(json.dumps(content))
    chosen = replace(settings(tmp_path), input_shape=[3, 16, 16])
    report = COCO.load("data.doctor").examine(chosen)
    assert findings(report) == [
        "warning: class boat: is nowhere in training: add samples, or split otherwise"
    ]
    assert [report.facts[name] for name in ("train", "val", "test")] == [5, 3, 3]
    assert report.facts["pixels of"] == {"background": 11 * 384 - 192, "lake": 176, "boat": 16}
