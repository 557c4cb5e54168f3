"""COCO JSON: boxes to the pixel, and each thing that is wrong, by its file and record."""

import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from box_files import (
    CAT,
    COCO,
    DOG,
    corners,
    image,
    load,
    mark,
    messages,
    paint,
    settings,
    write_coco,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three images, and where the test writes their annotations."""
    for number in (1, 2, 3):
        paint(tmp_path / f"{number}.png")
    return tmp_path / "annotations.json"


IMAGES = [image(10, "1.png"), image(20, "2.png"), image(30, "3.png")]


def test_boxes_of_all_images(file: Path) -> None:
    marks = [
        mark(1, 30, 90, 1, 2, 5, 6),
        mark(2, 10, 7, 0, 0, 20, 10, area=150.5),
        mark(3, 30, 7, 4.5, 1, 2.5, 3, iscrowd=1),
    ]
    write_coco(file, IMAGES, marks)
    for path in (file, file.parent):
        found = load(COCO, path)
        assert found.names == ["1.png", "2.png", "3.png"]
        assert found.output_names == ["cat", "dog"]
        assert corners(found, 0) == [[0, 0, 20, 10]]
        assert corners(found, 1) == []  # background, kept
        assert corners(found, 2) == [[1, 2, 6, 8], [4.5, 1, 7, 4]]
        table = found.targets
        assert table.labels.tolist() == [0, 1, 0]
        assert table.ignored.tolist() == [0, 0, COCO.load("boxes").CROWD]
        assert table.areas.tolist() == [150.5, 30, 7.5]  # of the box where nobody says
        assert table.sizes.tolist() == [[20, 10]] * 3
        assert (table.category_ids, table.image_ids) == ([7, 90], [10, 20, 30])
        assert (found.broken, messages(found), found.given) == ({}, [], None)
    again = pickle.loads(pickle.dumps(found.read))
    assert again("3.png").tobytes() == found.read("3.png").tobytes()


def test_class_names_set_the_order_and_may_have_more(file: Path) -> None:
    write_coco(file, IMAGES, [mark(1, 10, 90, 1, 1, 2, 2)])
    found = load(COCO, file, class_names=["dog", "fox", "cat"])
    assert found.output_names == ["dog", "fox", "cat"]
    assert found.targets.labels.tolist() == [0]
    assert found.targets.category_ids == [90, 91, 7]
    with pytest.raises(COCO.UserError, match=r"data\.class_names lacks \['dog'\]"):
        load(COCO, file, class_names=["cat"])


@pytest.mark.parametrize(
    ("annotation", "reason"),
    [
        (
            mark(5, 10, 7, 3, 4, 0, 5),
            r"in 1\.png of 20 x 10 pixels: .*\(3, 4\) to \(3, 9\) has no area",
        ),
        (mark(5, 10, 7, 3, 4, 2, -1), r"\(3, 4\) to \(5, 3\) has no area"),
        (mark(5, 10, 7, 20, 4, 2, 2), r"\(20, 4\) to \(22, 6\) is outside of it"),
        (mark(5, 10, 7, -5, 4, 2, 2), r"is outside of it"),
        (mark(5, 10, 7, 1, 2, 3), "is not four numbers"),
        (mark(5, 10, 7, 1, 2, 3, float("nan")), "is not four numbers"),
        ({**mark(5, 10, 7), "bbox": None}, "is not four numbers"),
        (mark(5, 11, 7, 1, 1, 2, 2), "image_id 11 is of no image"),
        (mark(5, "10", 7, 1, 1, 2, 2), "image_id '10' is of no image"),
        (mark(5, [10], 7, 1, 1, 2, 2), r"image_id \[10\] is of no image"),
        (mark(5, 10, 8, 1, 1, 2, 2), "category_id 8 is of no category"),
    ],
)
def test_what_cannot_be_learnt_is_left_out_and_named(
    file: Path, annotation: Any, reason: str
) -> None:
    write_coco(file, IMAGES, [annotation, mark(6, 10, 7, 1, 1, 2, 2)])
    found = load(COCO, file)
    assert corners(found) == [[1, 1, 3, 3]]
    [(place, text)] = found.broken.items()
    assert place == "annotations.json annotation 5"
    with pytest.raises(COCO.UserError, match=f"{place}.*{reason}"):
        raise COCO.UserError(text)


def test_a_box_that_reaches_beyond_is_kept_as_it_is(file: Path) -> None:
    marks = [mark(1, 10, 7, -2, 1, 5, 5), mark(2, 20, 7, 1, 1, 19.2, 2), mark(3, 30, 7, 9, 9, 1, 2)]
    write_coco(file, IMAGES, marks)
    found = load(COCO, file)
    assert corners(found) == [[-2, 1, 3, 6]]
    assert messages(found) == [
        "warning: annotations.json annotation 1, annotations.json annotation 3: boxes that reach "
        "beyond their images: 2, the first: (-2, 1) to (3, 6) in 1.png of 20 x 10 pixels: they are "
        "used as they are; mend them if the objects end there"
    ]


def test_ids_that_start_again_in_each_image_are_named(file: Path) -> None:
    marks = [mark(1, 10, 7, 1, 1, 2, 2), mark(2, 10, 7, 3, 1, 2, 2), mark(1, 20, 7, 1, 1, 2, 0)]
    write_coco(file, IMAGES, marks)
    found = load(COCO, file)
    assert len(corners(found)) == 2
    assert list(found.broken) == ["annotations.json annotations[2] (id 1)"]
    [text] = messages(found)
    assert text.startswith(
        "warning: annotations.json: ids of annotations repeat: 1 at annotations[0]"
    )
    assert "and [2]: number them through" in text


def test_the_same_object_twice_is_named(file: Path) -> None:
    twice = [mark(1, 10, 7, 1, 1, 2, 2), mark(2, 10, 90, 1, 1, 2, 2), mark(3, 10, 7, 1, 1, 2, 2)]
    write_coco(file, IMAGES, twice)
    found = load(COCO, file)
    assert len(corners(found)) == 3
    [text] = messages(found)
    assert text == (
        "warning: annotations.json annotation 3: objects that are the same as an earlier "
        "one: 1, the first: cat (1, 1) to (3, 3) in 1.png of 20 x 10 pixels: remove them"
    )


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([{"id": 1}], "it needs an id and a file_name"),
        ([{"file_name": "2.png"}], "it needs an id and a file_name"),
        ([image(10, "2.png")], r"2\.png has the id of another image, 10"),
        ([image(11, "1.png")], r"1\.png stands there before, with id 10: its objects are left out"),
        ([image(11, "./1.png")], r"1\.png stands there before"),
    ],
)
def test_images_that_are_not_clear_are_left_out_and_named(
    file: Path, records: Any, reason: str
) -> None:
    marks = [mark(1, 10, 7, 1, 1, 2, 2), mark(2, 11, 7, 1, 1, 2, 2)]
    write_coco(file, [IMAGES[0], *records, image(30, "3.png")], marks[: 1 + ("before" in reason)])
    found = load(COCO, file)
    assert found.names == ["1.png", "3.png"]
    assert found.targets.counts.tolist() == [1, 0]
    assert list(found.broken) == ["annotations.json images[1]"]
    with pytest.raises(COCO.UserError, match=reason):
        raise COCO.UserError(*found.broken.values())


def test_boxes_that_are_corners_or_fractions_are_an_error_of_the_doctor(file: Path) -> None:
    write_coco(file, IMAGES, [mark(1, 10, 7, 5, 5, 18, 9), mark(2, 20, 7, 12, 2, 19, 8)])
    assert any("none would as x1, y1, x2, y2" in text for text in messages(load(COCO, file)))
    write_coco(file, IMAGES, [mark(1, 10, 7, 0.5, 0.5, 0.1, 0.2)])
    assert any("they look like fractions" in text for text in messages(load(COCO, file)))
    write_coco(file, IMAGES, [mark(1, 10, 7, 0, 0, 20, 10), mark(2, 10, 7, 3, 3, 5, 5)])
    assert messages(load(COCO, file)) == []


def test_categories_with_one_name_or_that_only_group_others(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    group = {"id": 0, "name": "pets", "supercategory": "none"}
    members = [{**CAT, "supercategory": "pets"}, {**DOG, "supercategory": "pets"}]
    write_coco(file, IMAGES, [mark(1, 10, 7, 1, 1, 2, 2)], [group, *members])
    assert load(COCO, file).output_names == ["cat", "dog"]
    assert "category 0, pets, only groups others" in capsys.readouterr().out
    group["name"], members[0] = "cat", {**CAT, "supercategory": "cat"}
    write_coco(file, IMAGES, [mark(1, 10, 7, 1, 1, 2, 2)], [group, *members[:1]])
    assert load(COCO, file).targets.category_ids == [7]
    write_coco(file, IMAGES, [mark(1, 10, 0, 1, 1, 2, 2)], [group, *members[:1]])
    assert load(COCO, file).output_names == ["cat (id 0)", "cat (id 7)"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"images": [', "is no JSON: .* line 1"),
        ("[]", "is a list, as of results"),
        ('{"images": [], "annotations": []}', "it has no list of categories"),
        ('{"images": [3], "annotations": [], "categories": []}', "it has no list of images"),
        ('{"images": [], "annotations": [], "categories": [{"id": 1}]}', r"categories\[0\] needs"),
        ('{"images": [], "annotations": [], "categories": []}', "has no annotated images"),
        (
            '{"images": [{"id": 1, "file_name": "1.png"}], "categories": [], '
            '"annotations": [{"image_id": 1, "caption": "a"}]}',
            "no annotation has a bbox",
        ),
    ],
)
def test_other_json_is_refused(file: Path, content: str, message: str) -> None:
    file.write_text(content)
    with pytest.raises(COCO.UserError, match=rf"data\.dataset_path: .*{message}"):
        load(COCO, file)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("data.yaml", "data.yaml looks like YOLO, .*make one with data_source yolo"),
        ("train/labels/1.txt", "train/labels/1.txt looks like YOLO"),
        ("Annotations/1.xml", "Annotations/1.xml looks like Pascal VOC, .*data_source voc"),
        ("train/metadata.jsonl", "train/metadata.jsonl looks like JSON Lines, .*data_source jsonl"),
        ("1.png", "has no annotations: this project reads COCO JSON"),
    ],
)
def test_other_kinds_of_data_are_recognised(tmp_path: Path, name: str, found: str) -> None:
    path = tmp_path / "set" / name
    path.parent.mkdir(parents=True)
    path.write_text("")
    with pytest.raises(COCO.UserError, match=rf"data\.dataset_path: .*{found}"):
        load(COCO, tmp_path / "set")
    with pytest.raises(COCO.UserError, match="does not exist"):
        load(COCO, tmp_path / "gone")


@pytest.mark.parametrize(
    ("files", "pictures"),
    [
        (  # as Roboflow exports it
            ("train/_annotations.coco.json", "valid/_annotations.coco.json"),
            ("train/1.png", "valid/1.png"),
        ),
        (  # as COCO has it
            ("annotations/instances_train2017.json", "annotations/instances_val2017.json"),
            ("train2017/1.png", "val2017/1.png"),
        ),
        (
            ("annotations/train.json", "annotations/val.json"),
            ("images/train/1.png", "images/val/1.png"),
        ),
        (("train.json", "validation.json"), ("images/train/1.png", "images/valid/1.png")),
    ],
)
def test_splits_that_files_give(
    tmp_path: Path, files: tuple[str, ...], pictures: tuple[str, ...]
) -> None:
    for file, picture in zip(files, pictures, strict=True):
        paint(tmp_path / picture)
        write_coco(tmp_path / file, [image(1, "1.png")], [mark(1, 1, 7, 1, 1, 2, 2)])
    found = load(COCO, tmp_path)
    assert (found.names, found.given) == ([*pictures], ["train", "val"])
    assert [corners(found, i) for i in (0, 1)] == [[[1, 1, 3, 3]]] * 2
    alone = load(COCO, tmp_path / files[0])
    assert (len(alone.names), alone.given) == (1, None)
    assert alone.read(alone.names[0]).size == (20, 10)


@pytest.mark.parametrize(
    ("file", "picture", "file_name"),
    [
        ("annotations/instances_default.json", "images/1.png", "1.png"),  # as CVAT exports it
        ("labels.json", "data/1.png", "1.png"),
        ("result.json", "images/1.png", r"images\1.png"),
        ("result.json", "images/a/1.png", "a/1.png"),
        ("result.json", "JPEGImages/1.png", "/home/somebody/pets/1.png"),
    ],
)
def test_images_are_found(tmp_path: Path, file: str, picture: str, file_name: str) -> None:
    paint(tmp_path / picture)
    write_coco(tmp_path / file, [image(1, file_name)], [mark(1, 1, 7, 1, 1, 2, 2)])
    found = load(COCO, tmp_path)
    assert found.names == [picture]
    assert found.read(picture).size == (20, 10)


def test_contradictions_between_files_are_refused(tmp_path: Path) -> None:
    for split in ("train", "valid"):
        paint(tmp_path / split / "1.png")
    first = write_coco(tmp_path / "train/a.json", [image(1, "1.png")], [])
    other = {"id": 7, "name": "dog"}
    write_coco(tmp_path / "valid/b.json", [image(1, "1.png")], [], [other])
    with pytest.raises(COCO.UserError, match=r"'cat' in train/a.json, but 'dog' in valid/b.json"):
        load(COCO, tmp_path)
    first.rename(tmp_path / "valid/a.json")
    with pytest.raises(COCO.UserError, match=r"valid/a.json and valid/b.json are of one split"):
        load(COCO, tmp_path)
    for name in ("a.json", "b.json"):
        write_coco(tmp_path / "set" / name, [], [])
    with pytest.raises(COCO.UserError, match=r"which split is a\.json\? let data\.dataset_path"):
        load(COCO, tmp_path / "set")


def test_missing_images_are_named_when_they_are_read(file: Path) -> None:
    write_coco(file, [*IMAGES, image(40, "4.png")], [mark(1, 40, 7, 1, 1, 2, 2)])
    found = load(COCO, file)
    assert found.names[3] == "4.png"
    with pytest.raises(COCO.UserError, match=r"image 4\.png: .*No such file"):
        found.read_sample(3)
    write_coco(file, [image(40, "4.png"), image(50, "5.png")], [])
    with pytest.raises(COCO.UserError, match=r"none of 2 images is there: '4\.png' is in none of"):
        load(COCO, file)


def test_sizes_that_differ_are_refused_as_the_image_is_read(file: Path) -> None:
    write_coco(file, [image(10, "1.png", 40, 20)], [mark(1, 10, 7, 30, 1, 2, 2)])
    found = load(COCO, file)
    with pytest.raises(COCO.UserError, match=r"1\.png: 20 x 10 pixels, but .* say 40 x 20"):
        found.read_sample(0)
    unknown = {"id": 10, "file_name": "1.png", "width": 0, "height": None}
    write_coco(file, [unknown], [mark(1, 10, 7, 30, 1, 2, 2)])
    found = load(COCO, file)  # the file says it
    assert found.targets.sizes.tolist() == [[20, 10]]
    assert "is outside of it" in found.broken["annotations.json annotation 1"]


def test_boxes_know_whether_a_camera_was_turned(tmp_path: Path) -> None:
    for name in ("lying", "upright", "square"):
        paint(tmp_path / f"{name}.jpg", *((16, 16) if name == "square" else (32, 16)), turned=True)
    records = [image(1, "lying.jpg", 32, 16), image(2, "upright.jpg", 16, 32)]
    records.append(image(3, "square.jpg", 16, 16))
    marks = [mark(1, 1, 7, 24, 0, 8, 16), mark(2, 2, 7, 0, 24, 16, 8), mark(3, 3, 7, 1, 2, 3, 4)]
    write_coco(tmp_path / "a.json", records, marks)
    found = load(COCO, tmp_path)
    lying, upright, square = (found.read_sample(i) for i in range(3))
    assert lying.boxes[0].tolist() == [[48, 0, 64, 32]]  # an input of 64 x 64
    assert upright.boxes[0].tolist() == [[0, 48, 32, 64]]
    assert square.boxes[0].tolist() == [[4, 8, 16, 24]]
    grey = COCO.load("data.sizing").FILL
    assert (lying.inputs[0, :, 32:] == grey).all()  # it stays wide, and the others high
    assert (upright.inputs[0, :, :, 32:] == grey).all()
    header = COCO.load("data.formats.headers").header_of
    assert header(found.read("lying.jpg"))[1:3] == (32, 16)
    assert header(found.read("upright.jpg"))[1:3] == (16, 32)


def test_what_is_left_out_counts_as_unreadable(file: Path) -> None:
    marks = [mark(i, 10, 7, 1, 1, 2, 2) for i in range(1, 30)] + [mark(99, 10, 7, 1, 1, 0, 2)]
    for number in range(4, 41):
        paint(file.with_name(f"{number}.png"))
    write_coco(file, [image(10 * i, f"{i}.png") for i in range(1, 41)], marks)
    loaders = COCO.load("data.dataloader").get_dataloaders
    options: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": torch.device("cpu")}
    with pytest.raises(COCO.UserError, match=r"more than 0 of 40 .*annotation 99.* has no area"):
        loaders(settings(COCO, file), **options)
    train, _, _ = loaders(settings(COCO, file, max_unreadable=0.03), **options)
    batch = next(iter(train.batches(0)))
    assert batch.boxes.shape[1:] == (29, 4)
    file.with_name("40.png").unlink()
    with pytest.raises(COCO.UserError, match=r"more than 1 of 40 .*image 40\.png: .*No such file"):
        loaders(settings(COCO, file, max_unreadable=0.03), **options)


def test_an_image_of_two_splits_is_used_once(tmp_path: Path) -> None:
    for number in (1, 2):
        paint(tmp_path / f"images/{number}.png")
    both = [image(1, "1.png"), image(2, "2.png")]
    write_coco(tmp_path / "annotations/instances_train.json", both[:1], [mark(1, 1, 7, 1, 1, 2, 2)])
    write_coco(tmp_path / "annotations/instances_val.json", both, [mark(1, 1, 7, 1, 1, 2, 2)])
    found = load(COCO, tmp_path)
    assert (found.names, found.given) == (["images/1.png", "images/2.png"], ["train", "val"])
    assert found.targets.counts.tolist() == [1, 0]
    [reason] = found.broken.values()
    assert "instances_val.json images[0]: images/1.png stands there before, with id 1" in reason
