"""Photographs keep their proportions: a circle stays a circle, in training and in validation."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from image_files import FOLDERS
from noise import draws_of, module
from PIL import Image, ImageDraw
from stacks import IMAGES, stack
from torch import Tensor

SIDE = 64
CPU = torch.device("cpu")
STEPS = {"cover": ["resize"], "crop": ["resize", "center_crop"], "pad": ["pad", "resize"]}
CROPPING = stack(
    *IMAGES,
    "engine/draws",
    "image/augmentation",
    "image/augmentation/boxes",
    "image/augmentation/random_resized_crop",
    "image/augmentation/horizontal_flip",
    "tasks/outputs",
    "tasks/classification",
    "image/sources/folder",
)
sizing = FOLDERS.load("data.sizing")


def draw(path: Path, width: int, height: int) -> None:
    """Save a white disc in the middle of a black photograph, half as high as that is."""
    image = Image.new("RGB", (width, height))
    radius = min(width, height) / 4
    middle = [width / 2 - radius, height / 2 - radius, width / 2 + radius, height / 2 + radius]
    ImageDraw.Draw(image).ellipse(middle, fill="white")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def extents(image: Tensor) -> tuple[int, int]:
    """Return width and height of what is bright in an image [C, H, W]."""
    bright = image[0] > (image.max() + image.min()) / 2
    return int(bright.any(0).sum()), int(bright.any(1).sum())


def settings(folder: Path, **changes: Any) -> Any:
    options = {"input_shape": [3, SIDE, SIDE], "num_workers": 0} | changes
    return CROPPING.load("data.settings").DataSettings(dataset_path=str(folder), **options)


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Wide, high and square photographs of two classes."""
    for number, size in enumerate([(300, 200), (200, 300), (400, 200), (256, 256), (90, 60)] * 4):
        draw(tmp_path / "photos" / "ab"[number % 2] / f"{number:02}.png", *size)
    return tmp_path / "photos"


def loaders(chosen: Any, **options: Any) -> Any:
    get = CROPPING.load("data.dataloader").get_dataloaders
    return get(chosen, batch_size=4, seed=0, device=CPU, **options)


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("augmentation", [[], ["horizontal_flip"], ["random_resized_crop"]])
@pytest.mark.parametrize("steps", STEPS)
def test_a_circle_stays_a_circle_in_validation(
    photographs: Path, steps: str, augmentation: list[str], in_memory: bool
) -> None:
    chosen = settings(
        photographs, preprocessing=STEPS[steps], augmentation=augmentation, in_memory=in_memory
    )
    for loader in loaders(chosen)[1:]:
        for batch in loader.batches():
            assert batch.inputs.shape[1:] == (3, SIDE, SIDE)
            for image in batch.inputs:
                width, height = extents(image)
                assert abs(width - height) <= 1, "squashed"
                if steps != "pad":  # half of the shorter side; the margin enlarges it
                    margin = steps == "crop" or "random_resized_crop" in augmentation
                    assert abs(width - SIDE / 2 * (8 / 7 if margin else 1)) <= 1.5


def test_a_circle_stays_a_circle_in_training(photographs: Path) -> None:
    """Without crops that stretch, all that training does keeps the proportions."""
    chosen = settings(photographs, augmentation=["horizontal_flip"])
    for batch in loaders(chosen)[0].batches():
        for image in batch.inputs:
            width, height = extents(image)
            assert abs(width - height) <= 1


def test_random_crops_stretch_as_the_paper_says_and_no_more(photographs: Path) -> None:
    """A whole circle that training sees has the proportions of the drawn box: 3/4 to 4/3."""
    chosen, seen = settings(photographs, augmentation=["random_resized_crop"]), 0
    train = loaders(chosen)[0]
    for epoch in range(30):
        for batch in train.batches(epoch):
            for image in batch.inputs:
                bright = image[0] > 0.5 * (image.max() + image.min())
                edges = torch.cat([bright[0], bright[-1], bright[:, 0], bright[:, -1]])
                if bright.any() and not edges.any():
                    width, height = extents(image)
                    seen += 1
                    assert 0.7 < width / height < 1.43
    assert seen > 20


def test_crops_are_chosen_from_a_margin(photographs: Path) -> None:
    train, val, _ = loaders(settings(photographs, augmentation=["random_resized_crop"]))
    kept = train.source.samples.inputs
    assert kept.dtype == torch.uint8
    assert kept.shape == (20, 3, 73, 73)  # one tensor, with 8/7 of the size
    assert val.info.schema["kept_shape"] == [3, 73, 73]
    assert val.info.input_shape == [3, SIDE, SIDE]
    assert next(train.batches()).inputs.shape[1:] == (3, SIDE, SIDE)
    plain = loaders(settings(photographs))[0]
    assert plain.source.samples.inputs.shape == (20, 3, SIDE, SIDE)


def test_what_is_predicted_is_what_validation_sees(photographs: Path) -> None:
    chosen = settings(photographs, augmentation=["random_resized_crop"])
    dataloader = CROPPING.load("data.dataloader")
    _, val, _ = loaders(chosen)
    names = CROPPING.load("data.source").load_samples(chosen).names
    seen = {int(i): x for b in val.batches() for i, x in zip(b.ids, b.inputs, strict=True)}
    paths = [str(photographs / names[i]) for i in seen]
    read = dataloader.read_inputs(paths, chosen, val.info)
    for path, image, (record, batch) in zip(paths, seen.values(), read, strict=True):
        assert record == {"input": path}
        assert batch.inputs[0].equal(image)
    whole = loaders(chosen, info=val.info, whole=True)[-1]  # as evaluate.py reads
    for batch in whole.batches():
        for i, image in zip(batch.ids.tolist(), batch.inputs, strict=True):
            assert i not in seen or image.equal(seen[i])


def test_validation_is_resize_of_the_shorter_side_and_center_crop() -> None:
    """Against torchvision's steps, for the sizes of photographs."""
    from torchvision.transforms import v2

    usual = v2.Compose([v2.Resize(256), v2.CenterCrop(224), v2.PILToTensor()])
    chosen = settings(Path(), input_shape=[3, 224, 224], augmentation=["random_resized_crop"])
    noise = np.random.default_rng(0).integers(0, 256, (8, 10, 3)).astype(np.uint8)
    for size in ((500, 375), (375, 500), (640, 480), (1024, 1024), (180, 120)):
        image = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
        kept = CROPPING.load("data.sizing").preprocess(image, chosen)
        found = sizing.crop_middle(kept[None], [224, 224])[0]
        difference = (found.float() - usual(image).float()).abs()
        assert difference.mean() < 2  # where the sizes are not whole, by less than a pixel


@pytest.mark.parametrize("size", [(8, 8), (28, 28), (33, 33), (500, 500)])
@pytest.mark.parametrize("side", [8, 32, 224])
def test_square_images_keep_their_bits(size: tuple[int, int], side: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3)).astype(np.uint8)
    image = Image.fromarray(noise)
    for augmentation in ([], ["random_crop"], ["horizontal_flip"]):
        chosen = settings(Path(), input_shape=[3, side, side], augmentation=augmentation)
        found = sizing.preprocess(image, chosen)
        before = image.resize((side, side), Image.Resampling.BILINEAR)
        assert found.permute(1, 2, 0).numpy().tobytes() == before.tobytes()


@pytest.mark.parametrize("shape", [[3, 48, 96], [1, 96, 48], [4, 50, 50]])
@pytest.mark.parametrize("size", [(300, 200), (200, 300), (1, 1000), (1000, 1), (7, 5)])
@pytest.mark.parametrize("steps", [*STEPS.values(), ["grayscale", "resize"], ["resize", "crop"]])
def test_every_size_becomes_the_asked_one(
    steps: list[str], size: tuple[int, int], shape: list[int]
) -> None:
    image = Image.new({1: "L", 3: "RGB", 4: "RGBA"}[shape[0]], size, "white")
    for augmentation in ([], ["random_resized_crop"]):
        options = {"input_shape": shape, "preprocessing": steps, "augmentation": augmentation}
        chosen = settings(Path(), **options)
        found = sizing.preprocess(image, chosen)
        assert list(found.shape) == sizing.kept_shape(chosen)
        middle = sizing.crop_middle(found[None], shape[1:])
        assert list(middle.shape[1:]) == shape
        if "pad" not in steps:
            assert middle.min() == 255, "something that is not the image was put in"


def test_pad_keeps_all_of_an_image() -> None:
    image = Image.new("RGB", (200, 100), "white")
    chosen = settings(Path(), input_shape=[3, 50, 50], preprocessing=["pad", "resize"])
    width, height = extents(sizing.preprocess(image, chosen))
    assert (width, abs(height - 25) <= 1) == (50, True)
    chosen = settings(Path(), input_shape=[3, 25, 100], preprocessing=["pad", "resize"])
    width, height = extents(sizing.preprocess(image, chosen))
    assert (abs(width - 50) <= 1, height) == (True, 25)


def test_without_resize_sizes_have_to_fit() -> None:
    chosen = settings(Path(), input_shape=[3, 8, 8], preprocessing=[])
    assert sizing.preprocess(Image.new("RGB", (8, 8)), chosen).shape == (3, 8, 8)
    with pytest.raises(ValueError, match=r"9 x 8, not data\.input_shape's 8 x 8"):
        sizing.preprocess(Image.new("RGB", (8, 9)), chosen)
    chosen = settings(Path(), input_shape=[3, 8, 8], preprocessing=["center_crop"])
    assert sizing.preprocess(Image.new("RGB", (20, 9)), chosen).shape == (3, 8, 8)


@pytest.mark.parametrize(
    ("steps", "augmentation", "words"),
    [
        (["resize"], [], "resized in proportion to cover 64 x 64, what goes beyond it cut off"),
        (["resize", "crop"], [], "to cover 73 x 73, of which the middle 64 x 64 is used"),
        (["resize"], ["random_resized_crop"], "73 x 73, of which training takes random crops"),
        (["pad", "resize"], ["random_resized_crop"], "padded with black .* cover 64 x 64"),
        (["center_crop"], [], "^of which the middle 64 x 64 is used"),
        ([], [], "^as they are, 64 x 64"),
    ],
)
def test_sizing_is_said(steps: list[str], augmentation: list[str], words: str) -> None:
    import re

    chosen = settings(Path(), preprocessing=steps, augmentation=augmentation)
    assert re.search(words, sizing.describe_sizing(chosen))


def test_a_crop_of_what_is_kept_equals_torchvision() -> None:
    """Each box of the larger image, resized to the size that the model sees."""
    import torchvision.transforms.v2.functional as F

    crop = module("random_resized_crop")
    images = torch.rand(32, 3, 30, 36, generator=torch.Generator().manual_seed(0))
    smooth = torch.nn.functional.avg_pool2d(images, 7, 1, 3)
    after = crop.random_resized_crop(smooth, draws_of(32), [26, 32])
    assert after.shape == (32, 3, 26, 32)
    uniform = draws_of(32).uniform("random_resized_crop", 4)
    boxes = torch.cat(module("boxes").draw_boxes(uniform, 30, 36, crop.AREA, crop.ASPECT), 1)
    for image, box, result in zip(smooth, boxes.int().tolist(), after, strict=True):
        expected = F.resized_crop(image, *box, size=[26, 32], antialias=False)
        torch.testing.assert_close(result, expected, atol=1e-4, rtol=0)
