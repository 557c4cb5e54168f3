"""Images of every kind become what the model sees, or an error that names them."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from pkg.data.dataloader import measure_pixels
from pkg.data.pixels import convert
from pkg.data.sample import unknown
from pkg.data.samples import Samples
from pkg.data.settings import DataSettings
from pkg.engine.errors import UserError


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_gets_the_asked_channels(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "image.png"
    Image.new(mode, (4, 4)).save(path)
    assert convert(Image.open(path), 1, [0, 65535]).mode == "L"
    assert convert(Image.open(path), 3, [0, 65535]).mode == "RGB"


def test_16_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    Image.new("I;16", (4, 4), 0x8000).save(path)
    assert convert(Image.open(path), 3, [0, 0xFFFF]).getpixel((0, 0)) == (0x80, 0x80, 0x80)


@pytest.mark.parametrize(("mode", "value", "found"), [("I;16B", 0x8000, 0x80), ("I", 100, 100)])
def test_other_kinds_of_wide_pixels(tmp_path: Path, mode: str, value: int, found: int) -> None:
    path, kind = tmp_path / "image.tif", ">u2" if mode == "I;16B" else "i4"
    pixels = torch.full((4, 4), value).numpy().astype(kind).tobytes()
    Image.frombytes(mode, (4, 4), pixels).save(path)
    assert Image.open(path).mode == mode
    top = 0xFFFF if mode == "I;16B" else 255
    assert convert(Image.open(path), 3, [0, top]).getpixel((0, 0)) == (found, found, found)


def test_see_through_becomes_white(tmp_path: Path) -> None:
    path = tmp_path / "image.png"
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(path)
    assert convert(Image.open(path), 3).getpixel((0, 0)) == (255, 255, 255)


def test_photographs_stand_upright(tmp_path: Path) -> None:
    path, exif = tmp_path / "image.jpg", Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    Image.new("RGB", (8, 4)).save(path, exif=exif)
    assert convert(Image.open(path), 3).size == (4, 8)


def test_pixels_are_measured_as_if_all_were_in_memory() -> None:
    images = torch.randint(0, 200, (50, 3, 8, 8), dtype=torch.uint8)
    images[:, 1] = images[:, 1] // 100 + 250
    fractions = images.double() / 255
    mean, std = measure_pixels(images.split(16))
    torch.testing.assert_close(mean, fractions.mean((0, 2, 3)), rtol=0, atol=1e-9)
    torch.testing.assert_close(std, fractions.std((0, 2, 3)), rtol=0, atol=1e-9)


@pytest.mark.parametrize("fraction", [0.0, 0.5, 0.9])
def test_a_damaged_image_is_named(tmp_path: Path, fraction: float) -> None:
    path = tmp_path / "half.jpg"
    Image.effect_noise((64, 64), 90).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * fraction)])
    with pytest.raises(UserError, match=r"half\.jpg"):
        Samples(DataSettings(), Image.open, [str(path)], unknown(1), []).read_sample(0)
