"""metadata.jsonl: boxes to the pixel, and each thing that is wrong, by its file and line."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from box_files import JSONL, corners, load, messages, paint


def row(name: str, boxes: Any, categories: Any, **more: Any) -> dict[str, Any]:
    return {"file_name": name, "objects": {"bbox": boxes, "category": categories}, **more}


def write(folder: Path, *rows: Any) -> Path:
    """Write images, and a metadata.jsonl of rows or lines of text."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in rows:
        if isinstance(each, dict) and "file_name" in each:
            paint(folder / each["file_name"])
    lines = [each if isinstance(each, str) else json.dumps(each) for each in rows]
    (folder / "metadata.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def test_boxes_of_all_images(tmp_path: Path) -> None:
    first = row("a/1.png", [[1, 2, 5, 6], [0, 0, 20, 10]], [4, 0], image_id=15)
    first["objects"] |= {"area": [20.5, 200], "iscrowd": [0, 1]}
    second = {"file_name": "2.png", "objects": [{"bbox": [4.5, 1, 2.5, 3], "category": 4}]}
    write(tmp_path, first, second, row("3.png", [], []), {"file_name": "4.png", "objects": []})
    for path in (tmp_path, tmp_path / "metadata.jsonl"):
        found = load(JSONL, path)
        assert found.names == ["a/1.png", "2.png", "3.png", "4.png"]
        assert found.output_names == ["0", "4"]
        assert corners(found, 0) == [[1, 2, 6, 8], [0, 0, 20, 10]]
        assert corners(found, 1) == [[4.5, 1, 7, 4]]
        table = found.targets
        assert table.labels.tolist() == [1, 0, 1]
        assert table.ignored.tolist() == [0, JSONL.load("boxes").CROWD, 0]
        assert table.areas.tolist() == [20.5, 200, 7.5]
        assert table.counts.tolist() == [2, 1, 0, 0]
        assert table.sizes.tolist() == [[20, 10]] * 4
        assert (table.category_ids, table.image_ids[:2]) == ([0, 4], [15, "2.png"])
        assert (found.broken, messages(found), found.given) == ({}, [], None)
    again = pickle.loads(pickle.dumps(found.read))
    assert again("a/1.png").size == (20, 10)


def test_names_of_classes(tmp_path: Path) -> None:
    write(tmp_path, row("1.png", [[1, 1, 2, 2]] * 2, ["dog", "cat"]))
    found = load(JSONL, tmp_path)
    assert (found.output_names, found.targets.category_ids) == (["cat", "dog"], [0, 1])
    assert found.targets.labels.tolist() == [1, 0]
    assert load(JSONL, tmp_path, class_names=["dog", "cat"]).targets.labels.tolist() == [0, 1]
    write(tmp_path, row("1.png", [[1, 1, 2, 2]] * 2, [2, 0]))
    found = load(JSONL, tmp_path, class_names=["dog", "fox", "cat"])
    assert found.targets.labels.tolist() == [2, 0]
    with pytest.raises(JSONL.UserError, match=r"data\.class_names has 2 names, but .* 0 to 2"):
        load(JSONL, tmp_path, class_names=["dog", "cat"])
    write(tmp_path, row("1.png", [[1, 1, 2, 2]] * 2, [2, "dog"]))
    with pytest.raises(JSONL.UserError, match=r"category 2 is a number, and 'dog' a name"):
        load(JSONL, tmp_path)


@pytest.mark.parametrize("folders", [("train", "validation", "test"), ("train", "valid")])
def test_folders_give_the_splits(tmp_path: Path, folders: tuple[str, ...]) -> None:
    for folder in folders:
        write(tmp_path / folder, row("1.png", [[1, 1, 2, 2]], [0]))
    found = load(JSONL, tmp_path)
    splits = {"train": "train", "validation": "val", "valid": "val", "test": "test"}
    assert {
        name.split("/")[0]: split for name, split in zip(found.names, found.given, strict=True)
    } == {folder: splits[folder] for folder in folders}
    (tmp_path / folders[-1]).rename(tmp_path / "training")
    with pytest.raises(JSONL.UserError, match="two folders of one split"):
        load(JSONL, tmp_path)


def test_one_file_may_name_images_of_all_splits(tmp_path: Path) -> None:
    names = ("train/1.png", "test/1.png")
    write(tmp_path, *(row(name, [[1, 1, 2, 2]], [0]) for name in names))
    assert load(JSONL, tmp_path).given == ["train", "test"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"file_name": "2.png", ', "no JSON: "),
        ("[1]", "it has no file_name"),
        (row("2.png", [[1, 1, 2, 2]], []), "boxes: 1, but categories: 0"),
        (
            row("2.png", [[1, 1, 2, 2]], [None]),
            r"categories \[None\] are neither numbers nor names",
        ),
        ({"file_name": "2.png"}, "its objects need bbox and category"),
        (row("1.png", [], []), r"1\.png stands in metadata\.jsonl line 1, too"),
    ],
)
def test_lines_that_are_garbled_are_left_out_and_named(
    tmp_path: Path, line: Any, reason: str
) -> None:
    write(tmp_path, row("1.png", [[1, 1, 2, 2]], [0]), "", line, row("3.png", [], []))
    found = load(JSONL, tmp_path)
    assert found.names == ["1.png", "3.png"]
    [(place, text)] = found.broken.items()
    assert place == "metadata.jsonl line 3"
    with pytest.raises(JSONL.UserError, match=f"{place}: .*{reason}"):
        raise JSONL.UserError(text)


def test_boxes_that_cannot_be_learnt_are_left_out_and_named(tmp_path: Path) -> None:
    write(tmp_path, row("1.png", [[1, 1, 2, 2], [3, 3, 0, 2], [40, 1, 2, 2], [1, 2]], [0] * 4))
    found = load(JSONL, tmp_path)
    assert corners(found) == [[1, 1, 3, 3]]
    place = "metadata.jsonl line 1 object"
    reasons = {
        3: "is outside of it",
        2: "has no area",
        4: "is not four numbers",
    }
    assert {*found.broken} == {f"{place} {number}" for number in reasons}
    assert all(found.broken[f"{place} {i}"].endswith(text) for i, text in reasons.items())


def test_sizes_and_missing_images(tmp_path: Path) -> None:
    write(tmp_path, row("1.png", [[1, 1, 2, 2]], [0], width=40, height=20), row("2.png", [], []))
    (tmp_path / "2.png").unlink()
    found = load(JSONL, tmp_path)
    with pytest.raises(JSONL.UserError, match=r"1\.png: 20 x 10 pixels, but .* say 40 x 20"):
        found.read_sample(0)
    with pytest.raises(JSONL.UserError, match=r"image 2\.png: .*No such file"):
        found.read_sample(1)
    (tmp_path / "1.png").unlink()
    with pytest.raises(JSONL.UserError, match=r"none of 2 images is there, as .*1\.png"):
        load(JSONL, tmp_path)


def test_boxes_that_look_like_something_else_are_said(tmp_path: Path) -> None:
    write(tmp_path, row("1.png", [[0.1, 0.1, 0.5, 0.5]], [0]))
    assert "they look like fractions of their images" in messages(load(JSONL, tmp_path))[0]


def test_other_data_are_refused(tmp_path: Path) -> None:
    with pytest.raises(JSONL.UserError, match="has no annotations: this project reads metadata"):
        load(JSONL, tmp_path)
    (tmp_path / "a.json").write_text("")
    with pytest.raises(JSONL.UserError, match=r"a\.json looks like COCO, .*data_source coco"):
        load(JSONL, tmp_path)
