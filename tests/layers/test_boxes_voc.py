"""Pascal VOC: boxes to the pixel, and each thing that is wrong, by its file and object."""

import pickle
from pathlib import Path

import pytest
from box_files import VOC, corners, load, messages, paint


def object_of(name: str, *box: object, more: str = "") -> str:
    """Return an object in XML."""
    corners = ("xmin", "ymin", "xmax", "ymax")
    inner = "".join(f"<{key}>{value}</{key}>" for key, value in zip(corners, box, strict=False))
    return f"<object><name>{name}</name>{more}<bndbox>{inner}</bndbox></object>"


def write(path: Path, *objects: str, name: str = "", size: tuple[int, int] = (20, 10)) -> Path:
    """Write an XML file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = f"<filename>{name or path.stem + '.png'}</filename>"
    head += "<size><width>{}</width><height>{}</height></size>".format(*size)
    path.write_text(f"<annotation>{head}{''.join(objects)}</annotation>")
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three images, in the folders of Pascal VOC."""
    for number in (1, 2, 3):
        paint(tmp_path / f"VOC/JPEGImages/{number}.png")
        write(tmp_path / f"VOC/Annotations/{number}.xml", object_of("dog", 1, 1, 20, 10))
    return tmp_path / "VOC"


def test_pixels_are_counted_from_1(root: Path) -> None:
    part = "<part><name>head</name><bndbox><xmin>1</xmin></bndbox></part>"
    one = object_of("cat", 3, 2, "7.5", 4, more=f"<difficult>1</difficult>{part}")
    write(root / "Annotations/1.xml", object_of("dog", 1, 1, 20, 10), one)
    write(root / "Annotations/2.xml")
    for path in (root, root.parent):
        found = load(VOC, path)
        before = "" if path == root else "VOC/"
        assert found.names == [f"{before}JPEGImages/{i}.png" for i in (1, 2, 3)]
        assert found.output_names == ["cat", "dog"]
        assert corners(found, 0) == [[0, 0, 20, 10], [2, 1, 7.5, 4]]
        assert corners(found, 1) == []
        assert found.targets.labels.tolist() == [1, 0, 1]
        assert found.targets.ignored.tolist() == [0, VOC.load("boxes").DIFFICULT, 0]
        assert found.targets.image_ids == ["1", "2", "3"]
        assert (found.broken, messages(found), found.given) == ({}, [], None)
    again = pickle.loads(pickle.dumps(found.read))
    assert again(found.names[0]).size == (20, 10)


def test_pixels_that_are_counted_from_0_are_said(root: Path) -> None:
    write(root / "Annotations/1.xml", object_of("cat", 0, 3, 20, 10))
    found = load(VOC, root)
    assert [corners(found, i) for i in (0, 1)] == [[[0, 3, 20, 10]], [[1, 1, 20, 10]]]
    [text] = messages(found)
    assert "boxes that begin at 0: 1: pixels are taken as counted from 0, not from 1" in text


def test_lists_give_the_splits(root: Path) -> None:
    lists = root / "ImageSets/Main"
    lists.mkdir(parents=True)
    (lists / "train.txt").write_text("3  1\n\n1 -1\n")
    (lists / "trainval.txt").write_text("1\n2\n3\n")
    found = load(VOC, root)
    assert (found.names, found.given) == (["JPEGImages/3.png", "JPEGImages/1.png"], None)
    [text] = messages(found)
    assert text.startswith(
        "note: ImageSets/Main: XML files that are in no list: 1 of 3: they are not used"
    )
    (lists / "val.txt").write_text("2\n9\n3\n")
    found = load(VOC, root)
    assert found.given == ["train", "train", "val"]
    place = "ImageSets/Main/val.txt line"
    assert found.broken == {
        f"{place} 2": f"{place} 2: there is no Annotations/9.xml",
        f"{place} 3": f"{place} 3: 3 is in train.txt, too",
    }


def test_lists_for_segmentation_do_where_there_are_no_others(root: Path) -> None:
    lists = root / "ImageSets/Segmentation"
    lists.mkdir(parents=True)
    (lists / "train.txt").write_text("3\n")
    (lists / "val.txt").write_text("1\n")
    found = load(VOC, root)
    assert (found.names, found.given) == (
        ["JPEGImages/3.png", "JPEGImages/1.png"],
        ["train", "val"],
    )
    (root / "ImageSets/Main").mkdir()
    (root / "ImageSets/Main/train.txt").write_text("2\n")
    assert load(VOC, root).names == ["JPEGImages/2.png"]


def test_folders_of_both_kinds_in_folders_of_splits(tmp_path: Path) -> None:
    for split in ("train", "test"):
        paint(tmp_path / f"{split}/JPEGImages/1.png")
        write(tmp_path / f"{split}/Annotations/1.xml", object_of("cat", 1, 1, 5, 5))
    found = load(VOC, tmp_path)
    assert found.names == ["test/JPEGImages/1.png", "train/JPEGImages/1.png"]
    assert found.given == ["test", "train"]
    assert found.targets.image_ids == found.names  # both files are called 1
    paint(tmp_path / "small/images/a.png")
    write(tmp_path / "small/annotations/a.xml", object_of("cat", 1, 1, 5, 5))
    assert load(VOC, tmp_path / "small").names == ["images/a.png"]


def test_xml_beside_images(tmp_path: Path) -> None:
    for split in ("train", "valid", "test"):
        paint(tmp_path / f"{split}/1.jpg")
        write(tmp_path / f"{split}/1.xml", object_of("cat", 1, 1, 5, 5), name="other.jpg")
    paint(tmp_path / "train/2.jpg")
    (tmp_path / "train/.2.xml").write_text("")
    found = load(VOC, tmp_path)
    assert found.names == ["test/1.jpg", "train/1.jpg", "valid/1.jpg"]
    assert found.given == ["test", "train", "val"]
    assert messages(found) == [
        "warning: train: images without an XML file: 1, the first: train/2.jpg: "
        "write one, without <object> where nothing is to be found"
    ]


def test_an_image_is_found_by_the_file_or_by_what_it_says(root: Path) -> None:
    write(root / "Annotations/other.xml", object_of("cat", 1, 1, 5, 5), name=r"C:\pets\4.png")
    paint(root / "JPEGImages/4.png")
    paint(root / "SegmentationClass/1.png")
    paint(root / "JPEGImages/1.jpg")
    write(root / "Annotations/5.xml")
    found = load(VOC, root)
    assert found.names == [f"JPEGImages/{i}.png" for i in (1, 2, 3, 5, 4)]
    with pytest.raises(VOC.UserError, match=r"image JPEGImages/5\.png: .*No such file"):
        found.read_sample(3)
    write(root / "Annotations/again.xml", name="4.png")
    text = load(VOC, root).broken["Annotations/other.xml"]
    assert text == (
        "Annotations/other.xml: its image, JPEGImages/4.png, is that of Annotations/again.xml"
    )


@pytest.mark.parametrize(
    ("inside", "place", "reason"),
    [
        (
            object_of("dog", 5, 5, 4, 6),
            "Annotations/1.xml object 2",
            r"\(4, 4\) to \(4, 6\) has no area",
        ),
        (object_of("dog", 5, 5), "Annotations/1.xml object 2", "is not four numbers"),
        (object_of("dog", 5, 5, "x", 6), "Annotations/1.xml object 2", "is not four numbers"),
        (object_of("dog", 25, 5, 28, 6), "Annotations/1.xml object 2", "is outside of it"),
        (object_of(" ", 1, 1, 5, 5), "Annotations/1.xml object 2", "it has no name"),
        ("<object>", "Annotations/1.xml", "no XML: mismatched tag: line 1"),
    ],
)
def test_what_cannot_be_learnt_is_left_out_and_named(
    root: Path, inside: str, place: str, reason: str
) -> None:
    write(root / "Annotations/1.xml", object_of("cat", 1, 1, 5, 5), inside)
    found = load(VOC, root)
    [(key, text)] = found.broken.items()
    assert key == place
    with pytest.raises(VOC.UserError, match=f"{place}.*{reason}"):
        raise VOC.UserError(text)
    assert len(found.targets.labels) == 3 - ("XML" in reason)


def test_sizes(root: Path) -> None:
    write(root / "Annotations/1.xml", object_of("cat", 1, 1, 5, 5), size=(0, 0))
    write(root / "Annotations/2.xml", object_of("cat", 1, 1, 5, 5), size=(40, 20))
    found = load(VOC, root)
    assert found.targets.sizes.tolist() == [[20, 10], [40, 20], [20, 10]]
    with pytest.raises(VOC.UserError, match=r"2\.png: 20 x 10 pixels, but .* say 40 x 20"):
        found.read_sample(1)


def test_other_data_are_refused(tmp_path: Path) -> None:
    paint(tmp_path / "1.png")
    with pytest.raises(VOC.UserError, match="has no annotations: this project reads XML of Pascal"):
        load(VOC, tmp_path)
    (tmp_path / "data.yaml").write_text("")
    with pytest.raises(VOC.UserError, match=r"data\.yaml looks like YOLO, .*data_source yolo"):
        load(VOC, tmp_path)
    with pytest.raises(VOC.UserError, match=r"data\.yaml looks like YOLO"):
        load(VOC, tmp_path / "data.yaml")
