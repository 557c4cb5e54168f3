"""Each augmentation against torchvision, image by image."""

import pytest
import torch
import torchvision.transforms.v2.functional as F
from noise import (
    BATCH,
    HEIGHT,
    MIX_NAMES,
    WIDTH,
    Draws,
    bytes_as_floats,
    draws_of,
    load,
    module,
)
from torch import Tensor
from torchvision.transforms import InterpolationMode

BILINEAR = InterpolationMode.BILINEAR
operations = module("operations")
draw_boxes = module("boxes").draw_boxes
mask_inside = module("inside").mask_inside


def test_random_crop_shifts(images: Tensor):
    """Each result is a window of the padded image, at the drawn place."""
    draws = draws_of(BATCH)
    after = load("random_crop")(images, draws)
    pad_y, pad_x = HEIGHT // 8, WIDTH // 8
    padded = F.pad(images, [pad_x, pad_y])
    down, across = draws.uniform("random_crop", 2).unbind(1)
    top, left = (down * (2 * pad_y + 1)).int(), (across * (2 * pad_x + 1)).int()
    for i in range(BATCH):
        window = F.crop(padded[i], int(top[i]), int(left[i]), HEIGHT, WIDTH)
        assert torch.equal(after[i], window)
    assert {*top.tolist()} == {*range(2 * pad_y + 1)}
    assert {*left.tolist()} == {*range(2 * pad_x + 1)}


def test_random_resized_crop_equals_torchvision(images: Tensor):
    crop = module("random_resized_crop")
    draws = draws_of(BATCH)
    after = crop.random_resized_crop(images, draws)
    uniform = draws.uniform("random_resized_crop", 4)
    boxes = torch.cat(draw_boxes(uniform, HEIGHT, WIDTH, crop.AREA, crop.ASPECT), 1)
    for image, box, result in zip(images, boxes.int().tolist(), after, strict=True):
        expected = F.resized_crop(image, *box, size=[HEIGHT, WIDTH], antialias=True)
        torch.testing.assert_close(result, expected, atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", ["horizontal_flip", "vertical_flip"])
def test_flips(name: str, images: Tensor):
    axis = -1 if name == "horizontal_flip" else -2
    after = load(name)(images, draws_of(BATCH))
    flipped = draws_of(BATCH).uniform(name)[:, 0] < 0.5
    assert torch.equal(after[flipped], images[flipped].flip(axis))
    assert torch.equal(after[~flipped], images[~flipped])
    assert 0.2 < float(flipped.float().mean()) < 0.8


def test_rotation_equals_torchvision(images: Tensor):
    after = load("rotation")(images, draws_of(BATCH))
    degrees = (2 * draws_of(BATCH).uniform("rotation")[:, 0] - 1) * 15
    for image, angle, result in zip(images, degrees.tolist(), after, strict=True):
        expected = F.rotate(image, angle, interpolation=BILINEAR)
        torch.testing.assert_close(result, expected, atol=1e-4, rtol=0)


@pytest.mark.parametrize("channels", [1, 3])
def test_color_jitter_equals_torchvision(channels: int):
    images = bytes_as_floats(BATCH, channels, HEIGHT, WIDTH)
    images[0] = 0.5  # grey has no hue
    after = load("color_jitter")(images, draws_of(BATCH))
    jitter = 2 * draws_of(BATCH).uniform("color_jitter", 4) - 1
    for image, shifts, result in zip(images, jitter.tolist(), after, strict=True):
        expected = F.adjust_brightness(image, 1 + 0.4 * shifts[0])
        expected = F.adjust_contrast(expected, 1 + 0.4 * shifts[1])
        expected = F.adjust_saturation(expected, 1 + 0.4 * shifts[2])
        expected = F.adjust_hue(expected, 0.1 * shifts[3])
        torch.testing.assert_close(result, expected, atol=1e-4, rtol=0)


def test_turn_hue_equals_torchvision(images: Tensor):
    turns = torch.linspace(-0.5, 0.5, BATCH)
    after = module("color_jitter").turn_hue(images, turns[:, None, None, None])
    for image, turn, result in zip(images, turns.tolist(), after, strict=True):
        torch.testing.assert_close(result, F.adjust_hue(image, turn), atol=1e-5, rtol=0)


def test_blur_equals_torchvision(images: Tensor):
    sigmas = torch.linspace(0.1, 2.0, BATCH)
    after = module("gaussian_blur").blur(images, sigmas)
    for image, sigma, result in zip(images, sigmas.tolist(), after, strict=True):
        expected = F.gaussian_blur(image, [3, 3], [sigma, sigma])
        torch.testing.assert_close(result, expected, atol=1e-5, rtol=0)


def test_boxes_lie_inside_with_the_asked_shape():
    """Nothing leaves the image, both edges are reached, and most areas are as asked."""
    uniform = Draws(0, 0, torch.arange(20_000)).uniform("boxes", 4)
    boxes = draw_boxes(uniform, 32, 48, (0.02, 0.33), (0.3, 3.3))
    assert float(boxes.top.min()) == 0
    assert float((boxes.top + boxes.height).max()) == 32
    assert float(boxes.left.min()) == 0
    assert float((boxes.left + boxes.width).max()) == 48
    area = boxes.height * boxes.width / (32 * 48)
    assert abs(float(area.mean()) - 0.175) < 0.01
    ends = (boxes.top + boxes.height, boxes.left + boxes.width)
    pixels = mask_inside(boxes.top, boxes.left, *ends, torch.Size((32, 48)))
    assert torch.equal(pixels.sum((1, 2, 3)), area[:, 0] * 32 * 48)


def test_random_erasing_blackens_one_box(images: Tensor):
    after = load("random_erasing")(images.clamp(min=0.1), draws_of(BATCH))
    erased = (after == 0).all(dim=1)  # [B, H, W]
    sides = erased.any(dim=2).sum(1) * erased.any(dim=1).sum(1)
    assert torch.equal(erased.sum((1, 2)), sides), "not one rectangle"
    assert torch.equal(after[:, 0] != images.clamp(min=0.1)[:, 0], erased)
    assert 0.2 < float((sides > 0).float().mean()) < 0.8


OPERATE = {
    "identity": lambda image, m: image,
    "shear_x": lambda image, m: shear(image, [slope_in_degrees(m), 0.0]),
    "shear_y": lambda image, m: shear(image, [0.0, slope_in_degrees(m)]),
    "translate_x": lambda image, m: F.affine(image, 0, [int(m * 9.5), 0], 1, [0, 0]),
    "translate_y": lambda image, m: F.affine(image, 0, [0, int(m * 6.5)], 1, [0, 0]),
    "rotate": lambda image, m: F.rotate(image, m * 30, interpolation=BILINEAR),
    "brightness": lambda image, m: F.adjust_brightness(image, 1 + m * 0.9),
    "saturation": lambda image, m: F.adjust_saturation(image, 1 + m * 0.9),
    "contrast": lambda image, m: F.adjust_contrast(image, 1 + m * 0.9),
    "sharpness": lambda image, m: F.adjust_sharpness(image, 1 + m * 0.9),
    "posterize": lambda image, m: on_bytes(F.posterize, image, 8 - round(abs(m) * 4)),
    "solarize": lambda image, m: F.solarize(image, 1 - abs(m)),
    "autocontrast": lambda image, m: F.autocontrast(image),
    "equalize": lambda image, m: on_bytes(F.equalize, image),
}


def slope_in_degrees(magnitude: float) -> float:
    return float(torch.rad2deg(torch.atan(torch.tensor(magnitude * 0.3))))


def shear(image: Tensor, degrees: list[float]) -> Tensor:
    return F.affine(image, 0, [0, 0], 1, degrees, BILINEAR, center=[0, 0])


def on_bytes(function, image: Tensor, *arguments) -> Tensor:
    return function((image * 255).round().byte(), *arguments).float() / 255


@pytest.mark.parametrize("size", [(20, 26), (8, 8)])
@pytest.mark.parametrize("name", operations.OPERATIONS)
def test_operations_equal_torchvision(name: str, size: tuple[int, int]):
    """At every strength and sign; 8 x 8 pixels are too few to equalize."""
    images = bytes_as_floats(62, 3, *size) * 0.8
    images[:4] = bytes_as_floats(1)  # a single value cannot be stretched
    images = (images * 255).round() / 255
    strength, sign = torch.arange(31).repeat(2) / 30, torch.tensor([1.0, -1.0])
    sign = sign.repeat_interleave(31)
    operation = torch.full((62,), operations.OPERATIONS.index(name))
    limits = operations.Limits(0.3, 9.5, 6.5, 30.0, 0.9, 4)
    after = operations.operate(images, operation, strength, sign, limits)
    for i, magnitude in enumerate((sign * strength).tolist()):
        expected = OPERATE[name](images[i], magnitude)
        torch.testing.assert_close(after[i], expected, atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", ["randaugment", "trivial_augment"])
def test_every_operation_is_drawn(name: str):
    choice = Draws(0, 0, torch.arange(2_000)).uniform(name)[:, 0]
    counts = torch.bincount((choice * len(operations.OPERATIONS)).long(), minlength=14)
    assert int(counts.min()) > 90  # of an expected 143


@pytest.mark.parametrize("name", MIX_NAMES)
def test_mixing_mixes_targets_as_images(name: str):
    """An image of one value tells its part of the target, pixel by pixel."""
    targets = torch.eye(4).repeat(12, 1)
    values = torch.arange(BATCH).float()
    images = values[:, None, None, None].expand(-1, 3, HEIGHT, WIDTH)
    mixed, parts = load(name)(images, targets, draws_of(BATCH))
    torch.testing.assert_close(parts.sum(1), torch.ones(BATCH))
    own, other = (parts * targets).sum(1), (parts * targets.roll(1, 0)).sum(1)
    expected = own * values + other * values.roll(1)
    torch.testing.assert_close(mixed.mean((1, 2, 3)), expected, atol=1e-3, rtol=0)
    assert len(parts.amax(1).unique()) > BATCH // 4, "each sample is mixed in its own way"


def test_mixup_draws_from_the_beta_distribution():
    """Mean 1/2, variance 1/(4 (2a + 1)), and every quantile of a reference sample."""
    mixup = module("mixup")
    uniform = Draws(0, 0, torch.arange(100_000)).uniform("mixup", 2 * mixup.TRIES)
    weight = mixup.beta(uniform)[:, 0]
    assert bool(weight.isfinite().all())
    assert abs(float(weight.mean()) - 0.5) < 0.005
    assert abs(float(weight.var()) - 1 / (4 * (2 * mixup.ALPHA + 1))) < 0.002
    torch.manual_seed(0)
    reference = torch.distributions.Beta(mixup.ALPHA, mixup.ALPHA).sample((100_000,))
    levels = torch.linspace(0.05, 0.95, 19)
    difference = weight.quantile(levels) - reference.quantile(levels)
    assert float(difference.abs().max()) < 0.01


def test_cutmix_pastes_one_box():
    """Half of the weight is the other image's on average, where no edge cuts."""
    images = torch.arange(2_000)[:, None, None, None].float().expand(-1, 1, 16, 24)
    _, parts = load("cutmix")(images, torch.eye(2).repeat(1_000, 1), draws_of(2_000))
    pasted = (parts * torch.eye(2).repeat(1_000, 1).roll(1, 0)).sum(1)
    assert float(pasted.max()) <= 1
    assert 0.25 < float(pasted.mean()) < 0.5
    sides = (torch.tensor([[value]]) for value in (1, 2, 4, 6))  # top, left, bottom, right
    pixels = mask_inside(*sides, torch.Size((6, 8)))
    assert pixels.nonzero()[:, 2:].unique(dim=0).shape == (12, 2)
