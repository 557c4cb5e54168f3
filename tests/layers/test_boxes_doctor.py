"""The doctor of boxes: what is odd about objects, by name, with a remedy."""

from pathlib import Path
from typing import Any

import pytest
import torch
from box_files import COCO, CUSTOM, image, load, mark, paint, settings, write_coco

doctor = COCO.load("data.doctor")
COUNT = 20  # images: 14 of them train


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Twenty images of 64 x 64 pixels, and where the test writes their annotations."""
    for number in range(COUNT):
        paint(tmp_path / f"{number}.png", 64, 64)
    return tmp_path / "annotations.json"


def images() -> list[dict[str, Any]]:
    return [image(number, f"{number}.png", 64, 64) for number in range(COUNT)]


def marks(**more: Any) -> list[dict[str, Any]]:
    """Return a cat and a dog in every image."""
    found = [mark(2 * i, i, 7, 1, 1, 20, 16, **more) for i in range(COUNT)]
    return found + [mark(2 * i + 1, i, 90, 30, 30, 10, 32, **more) for i in range(COUNT)]


def examine(file: Path, **changes: Any) -> Any:
    return doctor.examine(settings(COCO, file, **changes))


def findings(report: Any) -> list[str]:
    return [str(each) for each in report.sorted]


def ids_of(file: Path, split: str) -> list[int]:
    """Return the numbers of the images of a split, as training would draw them."""
    splits, found = COCO.load("engine.data.splits"), load(COCO, file)
    parts = splits.split(found.names, [0.7, 0.15, 0.15], 0)
    ids: list[int] = parts[splits.NAMES.index(split)].tolist()
    return ids


def test_nothing_to_report(file: Path) -> None:
    write_coco(file, images(), marks())
    report = examine(file)
    assert findings(report) == []
    assert report.facts["objects"] == 2 * COUNT
    assert report.facts["objects of"] == report.facts["images with"] == {"cat": 20, "dog": 20}
    assert report.facts["images without objects"] == 0
    assert report.facts["objects in an image"] == {"median": 2, "most": 2}
    sides = report.facts["shorter side of a box, in pixels of the input"]
    assert sides == {"least": 10, "median": 13, "most": 16, "part below 8": 0, "part below 16": 0.5}
    assert not report.has_errors


def test_facts_of_the_objects(file: Path) -> None:
    some = marks()[2:COUNT]  # no dogs; nothing in half of the images
    some += [mark(900, 3, 7, 1, 1, 9, 9, iscrowd=1), mark(901, 3, 7, 3, 3, 30, 30)]
    some += [mark(902, 3, 90, 3, 3, 30, 40)]
    write_coco(file, images(), some)
    facts = examine(file).facts
    assert facts["objects of"] == {"cat": len(some) - 2, "dog": 1}
    assert facts["images with"] == {"cat": len(some) - 3, "dog": 1}
    assert facts["images without objects"] == COUNT - (len(some) - 3)
    assert facts["regions of many objects, ignored"] == 1
    assert facts["difficult objects, ignored"] == 0
    assert facts["objects in an image"]["most"] == 4


def test_classes_that_are_nowhere_in_training_are_named(file: Path) -> None:
    fox, owl = {"id": 91, "name": "fox"}, {"id": 92, "name": "owl"}
    categories = [{"id": 7, "name": "cat"}, fox, owl]
    write_coco(file, images(), [], categories)
    val, train = ids_of(file, "val"), ids_of(file, "train")
    some = [mark(1, train[0], 7, 1, 1, 20, 20), mark(2, val[0], 91, 1, 1, 20, 20)]
    some += [mark(3, val[1], 91, 1, 1, 20, 20), mark(4, train[1], 91, 1, 1, 20, 20, iscrowd=1)]
    write_coco(file, images(), some, categories)
    found = findings(examine(file))
    assert found == [
        "warning: class cat: has one object: add some, or leave it out",
        "warning: class fox: is nowhere in training: add images, or split otherwise",
        "warning: class owl: has no objects: add some, or leave it out",
    ]


def test_no_object_in_training_is_an_error(file: Path) -> None:
    write_coco(file, images(), [])
    with pytest.raises(
        COCO.UserError, match=r"data\.dataset_path: no image that trains has an object"
    ):
        examine(file)


def test_small_boxes_are_measured_in_the_input(file: Path) -> None:
    some = marks()
    some[:6] = [mark(2 * i, i, 7, 1, 1, 15, 40) for i in range(6)]  # 15 % of them
    write_coco(file, images(), some)
    assert findings(examine(file)) == []
    [text] = [x for x in findings(examine(file, input_shape=[3, 32, 32])) if "narrower" in x]
    assert text.startswith(
        f"warning: {file}: 65% of the boxes are narrower than 8 pixels of the input"
    )
    assert "32 x 32: they are hard to find: raise data.input_shape" in text
    wide = examine(file, input_shape=[3, 32, 64])  # still one scale for both sides
    sides = wide.facts["shorter side of a box, in pixels of the input"]
    assert (sides["least"], sides["most"]) == (5, 8)


def test_more_objects_than_evaluation_counts_are_said(file: Path) -> None:
    many = [mark(1000 + i, 5, 7, i % 10, i // 10, 30, 30) for i in range(99)]
    write_coco(file, images(), marks() + many)
    [text] = findings(examine(file))
    assert text.startswith(
        f"warning: {file}: images with more than 100 objects: 1, the most: 101 in 5.png"
    )
    write_coco(file, images(), marks() + many[1:])
    assert findings(examine(file)) == []


def test_each_image_of_another_size_is_named(file: Path) -> None:
    records = images()
    for number in (3, 4):
        paint(file.with_name(f"{number}.png"), 32, 64)
    write_coco(file, records, marks())
    found = findings(examine(file))
    assert [text.split(": ")[1] for text in found if "32 x 64 pixels, but" in text] == [
        "3.png",
        "4.png",
    ]
    assert found[0].startswith("error: ")
    assert "2 images cannot be read, more than 0 of 20" in found[0]
    assert not examine(file, max_unreadable=0.1).has_errors
    file.with_name("3.png").unlink()
    [text] = [text for text in findings(examine(file)) if text.startswith("warning: 3.png")]
    assert "No such file" in text


def test_records_that_are_left_out_are_named_and_too_many_are_an_error(file: Path) -> None:
    wrong = [mark(900, 5, 7, 1, 1, 0, 5), mark(901, 5, 8, 1, 1, 5, 5), mark(902, 5, 7, 70, 1, 5, 5)]
    write_coco(file, images(), marks() + wrong)
    found = findings(examine(file))
    assert f"error: {file}: records that cannot be used: 3, more than 0: mend them" in found[0]
    assert [
        f"annotation {number}" in text
        for number, text in zip((901, 900, 902), found[1:], strict=True)
    ]
    assert all(text.endswith(": mend it") for text in found[1:])
    assert not examine(file, max_unreadable=0.15).has_errors


def test_what_a_source_finds_odd_is_told(file: Path) -> None:
    twice = [mark(900, 5, 7, 1, 1, 20, 16), mark(901, 5, 7, 50, 50, 20, 20)]
    write_coco(file, images(), marks() + twice)
    first, second = findings(examine(file))
    assert "annotation 900: objects that are the same as an earlier one: 1, the first: cat" in first
    assert "annotation 901: boxes that reach beyond their images: 1" in second


def test_the_same_image_with_other_objects_is_named(file: Path) -> None:
    train = ids_of(write_coco(file, images(), marks()), "train")
    one, other = (file.with_name(f"{i}.png") for i in train[:2])
    other.write_bytes(one.read_bytes())
    [text] = findings(examine(file))
    assert text.endswith("is the same image as " + f"{other.name} (train): keep one of them")
    assert text.startswith("note: ")
    changed = [each for each in marks() if each["id"] != 2 * train[0]]
    write_coco(file, images(), changed)
    [text] = findings(examine(file))
    assert "with another target: keep the right one" in text


def test_objects_are_alike_in_whatever_order() -> None:
    findings, objects = COCO.load("data.target_findings"), COCO.load("data.objects").Objects
    boxes, none = torch.tensor([[0.0, 0, 1, 1], [1, 1, 2, 2]]), torch.zeros(2)
    labels, size = torch.tensor([0, 1]), torch.tensor([4, 4])
    one = objects(boxes, labels, none.byte(), none, size)
    assert findings.alike(one, objects(boxes.flip(0), labels.flip(0), none.byte(), none, size))
    assert not findings.alike(one, objects(boxes, labels.flip(0), none.byte(), none, size))
    assert not findings.alike(one, objects(boxes + 1, labels, none.byte(), none, size))


def test_custom_data_are_examined(tmp_path: Path) -> None:
    report = CUSTOM.load("data.doctor").examine(settings(CUSTOM, tmp_path))
    assert not report.has_errors
    assert report.facts["samples"] == 240
    assert {*report.facts["objects of"]} == {"disc", "square"}
