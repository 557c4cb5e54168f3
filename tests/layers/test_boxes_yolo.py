"""YOLO labels: boxes to the pixel, and each thing that is wrong, by its file and line."""

import pickle
from pathlib import Path

import pytest
from box_files import YOLO, corners, load, messages, paint


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two images of 20 x 10 pixels with labels, in one split each."""
    for number, split in enumerate(("train", "val"), 1):
        paint(tmp_path / f"set/images/{split}/{number}.png")
        label(tmp_path / f"set/labels/{split}/{number}.txt", "1 0.5 0.5 0.2 0.4")
    describe(tmp_path / "set", "path: .\ntrain: images/train\nval: images/val\nnames: [cat, dog]")
    return tmp_path / "set"


def label(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines))
    return path


def describe(root: Path, text: str) -> Path:
    """Write data.yaml."""
    root.mkdir(exist_ok=True)
    (root / "data.yaml").write_text(text)
    return root / "data.yaml"


def near(found: list[list[float]], wanted: list[list[float]]) -> bool:
    return found == [pytest.approx(box, abs=1e-5) for box in wanted]


def test_boxes_of_all_images(root: Path) -> None:
    lines = ("0 0.25 0.5 0.5 1", "", "1.0 0.05 0.95 0.1 0.1  ")
    label(root / "labels/train/1.txt", *lines, "")
    for path in (root, root / "data.yaml"):
        found = load(YOLO, path)
        assert found.names == ["images/train/1.png", "images/val/2.png"]
        assert found.output_names == ["cat", "dog"]
        assert near(corners(found, 0), [[0, 0, 10, 10], [0, 9, 2, 10]])
        assert near(corners(found, 1), [[8, 3, 12, 7]])
        assert found.targets.labels.tolist() == [0, 1, 1]
        assert found.targets.category_ids == [0, 1]
        assert found.targets.sizes.tolist() == [[20, 10]] * 2
        assert (found.given, found.broken, messages(found)) == (["train", "val"], {}, [])
    again = pickle.loads(pickle.dumps(found.read))
    assert again(found.names[0]).size == (20, 10)


def test_more_columns_are_a_polygon(root: Path) -> None:
    label(root / "labels/train/1.txt", "1 0.1 0.2 0.5 0.2 0.3 0.8", "0 0 0 1 0 1 1 0 1")
    assert near(corners(load(YOLO, root)), [[2, 2, 10, 8], [0, 0, 20, 10]])


def test_no_file_or_an_empty_one_is_background(root: Path) -> None:
    paint(root / "images/train/3.png")
    label(root / "labels/train/1.txt")
    found = load(YOLO, root)
    assert found.targets.counts.tolist() == [0, 0, 1]
    assert found.broken == {}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("0 0.5 0.5 0.5", "4 columns: a box has 5, a polygon 7, 9 or more"),
        ("0 0.5 0.5 0.5 0.5 0.9", "6 columns, as a model's answers with their confidence"),
        ("0 0.5 0.5 0.5 0.5 0.9 0.1 0.1", "8 columns: a box has 5"),
        ("cat 0.5 0.5 0.5 0.5", "'cat 0.5 0.5 0.5 0.5' is not a class and numbers"),
        ("0,0.5,0.5,0.5,0.5", "is not a class and numbers"),
        ("2 0.5 0.5 0.5 0.5", "there is no class 2: data.yaml names 2, from 0"),
        ("-1 0.5 0.5 0.5 0.5", "there is no class -1"),
        ("0.5 0.5 0.5 0.5 0.5", "there is no class 0.5"),
        ("0 10 5 4 4", "10 is no fraction .* values look like pixels: divide them by width"),
        ("0 300 5 4 4", "300 is no fraction of the image, from 0 to 1$"),
        ("0 1.2 0.5 0.1 0.1", "1.2 is no fraction of the image, from 0 to 1$"),
        ("0 0.5 0.5 -0.1 0.1", "-0.1 is no fraction"),
        ("0 nan 0.5 0.1 0.1", "nan is no fraction"),
        ("0 0.5 0.5 0 0.1", r"in images/train/1\.png of 20 x 10 pixels: .* has no area"),
        ("\x000\x00 \x000\x00", "is not a class and numbers"),
    ],
)
def test_lines_that_cannot_be_learnt_are_left_out_and_named(
    root: Path, line: str, reason: str
) -> None:
    label(root / "labels/train/1.txt", "", line, "0 0.5 0.5 0.1 0.2")
    found = load(YOLO, root)
    assert near(corners(found), [[9, 4, 11, 6]])
    [(place, text)] = found.broken.items()
    assert place == "labels/train/1.txt line 2"
    with pytest.raises(YOLO.UserError, match=f"{place}.*{reason}"):
        raise YOLO.UserError(text)


def test_rounding_beyond_the_border_is_no_mistake(root: Path) -> None:
    label(root / "labels/train/1.txt", "0 0.5 0.5 1.0000001 1", "1 0.99 0.5 0.2 0.1")
    found = load(YOLO, root)
    assert found.broken == {}
    [text] = messages(found)
    assert text.startswith(
        "warning: labels/train/1.txt line 2: boxes that reach beyond their images: 1"
    )


def test_rows_that_are_there_twice_are_named(root: Path) -> None:
    label(
        root / "labels/train/1.txt", "0 0.5 0.5 0.1 0.2", "1 0.5 0.5 0.1 0.2", "0 0.5 0.5 0.1 0.2"
    )
    found = load(YOLO, root)
    assert len(corners(found)) == 3
    [text] = messages(found)
    assert text.startswith(
        "warning: labels/train/1.txt line 3: objects that are the same as an earlier one: 1"
    )


@pytest.mark.parametrize(
    ("names", "wanted", "ids"),
    [
        ("names: {0: cat, 1: dog}", ["cat", "dog"], [0, 1]),
        ("names:\n  1: dog\n  4: cat", ["dog", "cat"], [1, 4]),
        ("nc: 3", ["0", "1", "2"], [0, 1, 2]),
        ("", ["1"], [1]),
    ],
)
def test_names_of_classes(root: Path, names: str, wanted: list[str], ids: list[int]) -> None:
    describe(root, f"train: images/train\nval: images/val\n{names}")
    found = load(YOLO, root)
    assert (found.output_names, found.targets.category_ids) == (wanted, ids)
    assert [found.output_names[i] for i in found.targets.labels] == [wanted[ids.index(1)]] * 2


def test_class_names_of_the_settings(root: Path) -> None:
    describe(root, "train: images/train\nval: images/val")
    assert load(YOLO, root, class_names=["cat", "dog"]).targets.labels.tolist() == [1, 1]
    found = load(YOLO, root, class_names=["cat"])
    assert "there is no class 1: data.class_names names 1, from 0" in str(found.broken)
    describe(root, "train: images/train\nval: images/val\nnames: [cat, dog]\nnc: 3")
    assert messages(load(YOLO, root)) == [
        f"warning: {root / 'data.yaml'}: nc is 3, but there are 2 names: the names are used"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "path: /home/somebody/set\ntrain: images/train\nval: images/val",
        "path: ../set\ntrain: [images/train]\nval: images/val\ntest:",
        "train: ../images/train\nval: ../images/val",  # as exporters write it
        "train: lists/train.txt\nvalid: lists/val.txt",
    ],
)
def test_images_are_found(root: Path, text: str) -> None:
    label(root / "lists/train.txt", "./images/train/1.png", "")
    label(root / "lists/val.txt", str(root / "images/val/2.png"))
    describe(root, f"{text}\nnames: [cat, dog]")
    found = load(YOLO, root)
    assert found.names == ["images/train/1.png", "images/val/2.png"]
    assert found.targets.counts.tolist() == [1, 1]


def test_images_of_a_list_that_are_missing_are_named_when_they_are_read(root: Path) -> None:
    label(root / "train.txt", "images/train/1.png", "images/train/9.png")
    describe(root, "train: train.txt\nval: images/val\nnames: [cat, dog]")
    found = load(YOLO, root)
    with pytest.raises(YOLO.UserError, match=r"image images/train/9\.png: .*No such file"):
        found.read_sample(found.names.index("images/train/9.png"))


def test_an_image_in_two_splits_is_said_and_used_once(root: Path) -> None:
    describe(root, "train: images\nval: images/val\nnames: [cat, dog]")
    found = load(YOLO, root)
    assert (found.names, found.given) == (["images/train/1.png", "images/val/2.png"], None)
    [text] = messages(found)
    assert "data.yaml val: of its 1 images 1 are in another split: they are used there" in text


def test_folders_alone(root: Path) -> None:
    (root / "data.yaml").unlink()
    label(root / "classes.txt", "cat", "dog", "fox")
    for name in ("images/Thumbs.db", "images/.x.png", "images/train/notes.pdf"):
        (root / name).write_text("none")
    found = load(YOLO, root)
    assert (found.names, found.given) == (
        ["images/train/1.png", "images/val/2.png"],
        ["train", "val"],
    )
    assert found.output_names == ["cat", "dog", "fox"]
    assert found.left_out == ["images/train/notes.pdf"]
    for part in ("images", "labels"):
        (root / part).rename(root.parent / part)
    (root.parent / "one").mkdir()
    for part in ("images", "labels"):
        (root.parent / part / "train").rename(root.parent / "one" / part)
    found = load(YOLO, root.parent / "one")
    assert (found.names, found.given, found.output_names) == (["images/1.png"], None, ["1"])


def test_labels_beside_their_images(tmp_path: Path) -> None:
    paint(tmp_path / "obj_train_data/1.png")
    label(tmp_path / "obj_train_data/1.txt", "0 0.5 0.5 0.2 0.4")
    label(tmp_path / "obj.names", "cat")
    found = load(YOLO, tmp_path)
    assert found.output_names == ["cat"]
    assert near(corners(found), [[8, 3, 12, 7]])


def test_labels_without_an_image_are_named(root: Path) -> None:
    label(root / "labels/train/7.txt", "0 0.5 0.5 0.2 0.4")
    assert messages(load(YOLO, root)) == [
        "warning: labels/train/7.txt: has no image: add the images, or remove the labels"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("names: [cat]", "needs `train`, the folder of images"),
        ("[", "is no YAML: "),
        ("train: images/gone\nnames: [cat]", r"train: images/gone is not in .*set: correct it"),
        ("train: images/train\nnames: {a: cat}", "`names` of .* is neither a list nor"),
    ],
)
def test_a_description_that_is_wrong_is_refused(root: Path, text: str, message: str) -> None:
    describe(root, text)
    with pytest.raises(YOLO.UserError, match=rf"data\.dataset_path: .*{message}"):
        load(YOLO, root)


def test_data_without_labels_are_refused(tmp_path: Path) -> None:
    paint(tmp_path / "images/1.png")
    message = r"none of 1 images has labels: images/1\.png needs labels/1\.txt"
    with pytest.raises(YOLO.UserError, match=message):
        load(YOLO, tmp_path)
    (tmp_path / "other").mkdir()
    label(tmp_path / "other/a.json", "{}")
    with pytest.raises(YOLO.UserError, match=r"a\.json looks like COCO, .*data_source coco"):
        load(YOLO, tmp_path / "other")


def test_fractions_are_of_the_upright_image(tmp_path: Path) -> None:
    paint(tmp_path / "images/1.jpg", 32, 16, turned=True)
    label(tmp_path / "labels/1.txt", "0 0.5 0.25 1 0.5")
    found = load(YOLO, tmp_path)
    assert corners(found) == [[0, 0, 16, 16]]
    assert found.read_sample(0).boxes.tolist() == [[[0, 0, 32, 32]]]
