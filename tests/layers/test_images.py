"""Images of every kind, and one folder per class of them."""

import pickle
from pathlib import Path

import pytest
import torch
from image_files import FOLDERS, paint, read_pixels, settings
from PIL import Image

source, UserError = FOLDERS.load("data.source"), FOLDERS.UserError
pixels = FOLDERS.load("data.pixels")
TOP = [0, 0xFFFF]  # of 16 bits


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_mode_becomes_the_asked_one(tmp_path: Path, mode: str, channels: int) -> None:
    suffix = "tif" if mode == "CMYK" else "png"
    path = paint(tmp_path / f"image.{suffix}", None, mode)
    assert pixels.convert(Image.open(path), channels, TOP).mode == pixels.MODES[channels]


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_16_bits_are_scaled_not_clipped(tmp_path: Path, suffix: str) -> None:
    path = paint(tmp_path / f"image.{suffix}", 0x8000, "I;16")
    assert pixels.convert(Image.open(path), 1, TOP).getpixel((0, 0)) == 0x80
    assert pixels.convert(Image.open(path), 3, TOP).getpixel((0, 0)) == (0x80, 0x80, 0x80)


def test_see_through_becomes_white(tmp_path: Path) -> None:
    path = paint(tmp_path / "image.png", (255, 0, 0, 0), "RGBA")
    assert pixels.convert(Image.open(path), 3).getpixel((0, 0)) == (255, 255, 255)
    assert pixels.convert(Image.open(path), 1).getpixel((0, 0)) == 255
    assert pixels.convert(Image.open(path), 4).getpixel((0, 0)) == (255, 0, 0, 0)


def test_images_stand_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    Image.new("RGB", (8, 4)).save(tmp_path / "image.jpg", exif=exif)
    assert pixels.convert(Image.open(tmp_path / "image.jpg"), 3).size == (4, 8)


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "bmp", "tif", "webp"])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_half_an_image_is_named(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"image.{suffix}"
    Image.effect_noise((64, 64), 90).convert("RGB").save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(UserError, match=rf"image.{suffix}"):
        read_pixels(path)


def test_floats_channels_and_missing_files_are_refused(tmp_path: Path) -> None:
    path = paint(tmp_path / "image.tif", 0.5, "F")
    with pytest.raises(UserError, match=r"image.tif: pixels are floats"):
        read_pixels(path)
    with pytest.raises(UserError, match=r"gone.png"):
        read_pixels(tmp_path / "gone.png")
    with pytest.raises(ValueError, match=r"data.input_shape \[2, 4, 4\] is not"):
        settings(tmp_path, input_shape=[2, 4, 4])


def test_folders_are_classes(flowers: Path) -> None:
    found = source.load_samples(settings(flowers))
    assert found.output_names == ["iris", "rose"]
    assert found.names == ["iris/c.bmp", "rose/a.jpg", "rose/b.PNG"]
    assert found.targets.tolist() == [0, 1, 1]
    assert found.targets.dtype == torch.int64
    assert found.read(found.names[0]).getpixel((0, 0)) == (255, 0, 0)
    assert pickle.loads(pickle.dumps(found.read))(found.names[2]).size == (4, 4)


def test_class_names_set_the_order(flowers: Path) -> None:
    found = source.load_samples(settings(flowers, class_names=["rose", "iris"]))
    assert found.output_names == ["rose", "iris"]
    assert found.names[0] == "rose/a.jpg"
    assert found.targets.tolist() == [0, 0, 1]


def test_other_class_names_are_refused(flowers: Path) -> None:
    with pytest.raises(UserError, match=r"data.class_names .*\['iris'\]"):
        source.load_samples(settings(flowers, class_names=["rose", "tulip"]))


def test_splits_may_be_folders(tmp_path: Path) -> None:
    paint(tmp_path / "train/rose/a.png")
    paint(tmp_path / "test/rose/a.png")
    found = source.load_samples(settings(tmp_path))
    assert dict(zip(found.names, found.given, strict=True)) == {
        "train/rose/a.png": "train",
        "test/rose/a.png": "test",
    }
    assert found.output_names == ["rose"]


def test_what_is_no_folder_of_classes_is_refused(table: Path) -> None:
    cases = {
        table.parent / "gone": "gone.* is no folder",
        table: "is no folder: this project reads one folder per class",
        table.parent / "x": "needs folders with images, but has: none",
    }
    for path, message in cases.items():
        with pytest.raises(UserError, match=rf"data.dataset_path: .*{message}"):
            source.load_samples(settings(path))
