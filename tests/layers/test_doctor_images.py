"""The doctor of images: each thing that can be wrong, by name, with a remedy."""

import json
import os
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from image_files import FOLDERS, settings
from PIL import Image

doctor, headers = FOLDERS.load("data.doctor"), FOLDERS.load("data.formats.headers")
check = FOLDERS.load("data.check")


def noise(path: Path, size: tuple[int, int] = (16, 16), seed: int | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    seed = zlib.crc32("".join(path.parts[-4:]).encode()) if seed is None else seed
    pixels = np.random.default_rng(seed).integers(0, 256, (*size[::-1], 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty images of two classes, with nothing wrong."""
    for number in range(40):
        noise(tmp_path / f"set/{('cat', 'dog')[number % 2]}/{number:02}.png", seed=number)
    return tmp_path / "set"


def examine(folder: Path, **changes: Any) -> Any:
    return doctor.examine(settings(folder, **{"input_shape": [3, 16, 16]} | changes))


def findings(report: Any) -> list[str]:
    return [str(each) for each in report.sorted]


def splits_of(folder: Path) -> dict[str, str]:
    """Return the split of each image, as training would draw it."""
    found = FOLDERS.load("data.source").load_samples(settings(folder))
    split = FOLDERS.load("engine.data.splits")
    parts = split.split(found.names, [0.7, 0.15, 0.15], 0, found.targets)
    pairs = zip(split.NAMES, parts, strict=True)
    return {found.names[i]: name for name, ids in pairs for i in ids.tolist()}


def test_nothing_to_report(folder: Path) -> None:
    report = examine(folder)
    assert findings(report) == []
    assert report.facts["samples of"] == {"cat": 20, "dog": 20}
    assert [report.facts[name] for name in ("train", "val", "test")] == [28, 6, 6]
    assert report.facts["sizing"].startswith("resized in proportion to cover 16 x 16")
    assert json.loads(check.as_json(report))["can_train"] is True


def test_files_that_cannot_be_read_are_named(folder: Path) -> None:
    (folder / "cat/00.png").write_bytes((folder / "cat/00.png").read_bytes()[:300])
    (folder / "dog/01.png").write_text("no image")
    noise(folder / "dog/half.jpg", (200, 200))
    content = (folder / "dog/half.jpg").read_bytes()
    (folder / "dog/half.jpg").write_bytes(content[: len(content) // 2])
    found = findings(examine(folder, max_unreadable=0.1))
    assert [text.split(": ")[:2] for text in found] == [
        ["warning", "cat/00.png"],
        ["warning", "dog/01.png"],
        ["warning", "dog/half.jpg"],
    ]
    report = examine(folder)
    assert report.has_errors
    assert "3 images cannot be read, more than 0 of 41: mend them, or" in findings(report)[0]


def test_the_same_picture_in_two_splits_is_named(folder: Path) -> None:
    splits = splits_of(folder)
    one = next(name for name, split in splits.items() if split == "train" and "cat" in name)
    other = next(name for name, split in splits.items() if split == "test" and "cat" in name)
    (folder / other).write_bytes((folder / one).read_bytes())
    [text] = findings(examine(folder))
    first, second = sorted([one, other])
    assert text.startswith(f"warning: {first}: ({splits[first]}) is the same image as {second}")
    assert text.endswith("in another split: keep one of them")


def test_the_same_picture_with_another_class_is_named(folder: Path) -> None:
    (folder / "dog/01.png").write_bytes((folder / "cat/00.png").read_bytes())
    [text] = findings(examine(folder))
    assert "is the same image as dog/01.png" in text
    assert "with another target" in text


def test_one_name_with_two_suffixes_is_named(folder: Path) -> None:
    noise(folder / "cat/00.jpg")
    [text] = findings(examine(folder))
    assert text.startswith("warning: cat/00.jpg: stands beside 00.png")


def test_classes_with_one_sample_or_none_in_training_are_named(folder: Path) -> None:
    noise(folder / "bird/only.png")
    found = findings(examine(folder))
    assert any("class bird: has one sample" in text for text in found)
    for split in ("train", "val", "test"):
        for label in ("cat", "dog") if split != "test" else ("cat", "dog", "fox"):
            for number in range(4):
                noise(folder.parent / f"given/{split}/{label}/{number}.png")
    found = findings(examine(folder.parent / "given"))
    assert found == ["warning: class fox: is nowhere in training: add samples, or split otherwise"]


def test_a_class_without_images_is_an_error(folder: Path) -> None:
    (folder / "bird").mkdir()
    with pytest.raises(FOLDERS.UserError, match=r"data\.dataset_path: .*bird 0"):
        examine(folder)


def test_sizes_and_proportions_are_judged(folder: Path) -> None:
    report = examine(folder, input_shape=[3, 32, 32])
    assert "note: " in findings(report)[0]
    assert "40 of 40 images are smaller than 32 x 32" in findings(report)[0]
    for number in range(40):
        noise(folder.parent / f"wide/{'ab'[number % 2]}/{number}.png", (160, 40))
    report = examine(folder.parent / "wide")
    assert "75% of an image is cut off on average, to make it 16 x 16" in findings(report)[0]
    assert report.facts["width / height"] == {"least": 4, "median": 4, "most": 4}
    assert findings(examine(folder.parent / "wide", preprocessing=["pad", "resize"])) == []


def test_turned_photographs_count_as_they_stand(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (8, 4)).save(tmp_path / "image.jpg", exif=exif)
    header = headers.header_of(Image.open(tmp_path / "image.jpg"))
    assert (header.width, header.height) == (4, 8)


def test_left_out_files_and_deep_colours_are_named(folder: Path) -> None:

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    rows = b"".join(b"\0" + np.full((16, 3), 4095, ">u2").tobytes() for _ in range(16))
    head = struct.pack(">IIBBBBB", 16, 16, 16, 2, 0, 0, 0)
    deep = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    for number in range(20):  # more than once in training, wherever they fall
        (folder / f"cat/deep{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + deep)
    (folder / "cat/picture.heic").touch()
    found = findings(examine(folder))
    assert any("images in colour have 16 bits: the upper 8 of them are used" in x for x in found)
    assert any("left out, since Pillow opens no such files: 1 .heic" in x for x in found)


def test_images_in_which_nothing_is_to_be_seen_are_said_by_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(20):
        path = tmp_path / f"dark/{'ab'[number % 2]}/{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (16, 16), (number % 3, 0, 1)).save(path)
    FOLDERS.load("data.dataloader").get_dataloaders(
        settings(tmp_path / "dark", input_shape=[3, 16, 16], num_workers=0),
        batch_size=4,
        seed=0,
        device=torch.device("cpu"),
        manifest=tmp_path / "splits.csv",
    )
    assert "pixels hardly differ" in capsys.readouterr().out


def test_names_that_are_not_utf_8_are_shown_with_escapes(folder: Path) -> None:
    (folder / os.fsdecode(b"cat/br\xf6ken.png")).write_text("no image")
    report = examine(folder, max_unreadable=0.1)
    assert "cat/br\\udcf6ken.png" in findings(report)[0]
    check.as_json(report).encode()
    check.as_html(report).encode()


def test_thousands_of_images_take_seconds(tmp_path: Path) -> None:
    for number in range(1000):
        noise(tmp_path / f"many/{'ab'[number % 2]}/{number}.jpg", (300, 225), number)
    before = time.process_time()
    assert examine(tmp_path / "many").facts["samples"] == 1000
    assert time.process_time() - before < 5  # of two cores at most, so 10,000 in half a minute
