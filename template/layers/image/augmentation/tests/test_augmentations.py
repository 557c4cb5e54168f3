"""The augmentations: what they may change, and that the sample decides how."""

from typing import Any

import pytest
import torch
from torch import Tensor

from pkg.data import augmentations
from pkg.engine.data.draws import Draws
from pkg.data.transforms import Prepare
from pkg.engine.errors import UserError

BATCH = 64


@pytest.fixture
def images() -> Tensor:
    """Return images [B, 3, 16, 24] in 0.1 to 1: no pixel is black yet."""
    return 0.1 + 0.9 * torch.rand(BATCH, 3, 16, 24, generator=torch.manual_seed(0))


def draws_of(count: int = BATCH, seed: int = 0, epoch: int = 0) -> Draws:
    return Draws(seed, epoch, torch.arange(count))


#: if augmentation | reject("in", ["mixup", "cutmix"]) | list
@pytest.mark.parametrize("name", augmentations.IMAGES)
def test_each_sample_by_its_own_draw(name: str, images: Tensor) -> None:
    """Shape and range stay; copies of an image differ; half a batch comes out equal."""
    augment = augmentations.IMAGES[name]
    augmented = augment(images, draws_of())
    assert augmented.shape == images.shape
    assert float(augmented.min()) >= -1e-6
    assert float(augmented.max()) <= 1 + 1e-6

    half = augment(images[:32], draws_of(32))
    torch.testing.assert_close(half, augmented[:32], atol=1e-6, rtol=0)

    copies = augment(images[:1].repeat(BATCH, 1, 1, 1), draws_of())
    assert not torch.equal(copies, copies[:1].expand_as(copies))
    assert not torch.equal(augmented, augment(images, draws_of(epoch=1)))


#: endif
#: if "random_crop" in augmentation
def test_random_crop_shifts() -> None:
    """Each image moves as a whole: pixels that hold their own place tell how far."""
    places = torch.arange(1, 1 + 16 * 24).view(1, 16, 24).float()
    images = places.expand(BATCH, -1, -1, -1)
    for image in augmentations.IMAGES["random_crop"](images, draws_of()):
        shifts = (image - places)[image > 0]  # black came in from outside
        assert float(shifts.min()) == float(shifts.max())


#: endif
#: if "horizontal_flip" in augmentation
def test_horizontal_flip_mirrors_half(images: Tensor) -> None:
    flipped = augmentations.IMAGES["horizontal_flip"](images, draws_of())
    mirrored = (flipped == images.flip(-1)).all(dim=(1, 2, 3))
    assert torch.equal(flipped[~mirrored], images[~mirrored])
    assert 0.25 < float(mirrored.float().mean()) < 0.75


#: endif
#: if "random_erasing" in augmentation
def test_random_erasing_blackens_a_box(images: Tensor) -> None:
    erased = augmentations.IMAGES["random_erasing"](images, draws_of())
    black = (erased == 0).all(dim=1)  # [B, 16, 24]
    box = black.any(dim=2).sum(dim=1) * black.any(dim=1).sum(dim=1)  # rows * columns
    assert torch.equal(black.sum(dim=(1, 2)), box)
    assert torch.equal(erased == images, ~black[:, None].expand_as(images))


#: endif
#: if "mixup" in augmentation or "cutmix" in augmentation
@pytest.mark.parametrize("name", augmentations.MIXES)
def test_targets_mix_as_the_images_do(name: str, images: Tensor) -> None:
    """Images of one value and their targets: both tell the same share."""
    values = torch.linspace(0, 1, BATCH)
    targets = torch.stack([values, 1 - values], dim=1)  # [B, 2]
    images = values[:, None, None, None].expand_as(images)
    mixed, shares = augmentations.MIXES[name](images, targets, draws_of())
    torch.testing.assert_close(shares[:, 0], mixed.mean(dim=(1, 2, 3)))
    torch.testing.assert_close(shares.sum(dim=1), torch.ones(BATCH))
    assert not torch.equal(shares, targets)


#: endif
@pytest.mark.parametrize("name", ["IMAGES", "__doc__", "affine"])
def test_other_names_are_refused(name: str) -> None:
    info: Any = type("Info", (), {"output_names": ["a", "b"]})
    with pytest.raises(UserError, match=rf"data\.augmentation: this project has no \['{name}'\]"):
        Prepare(info, torch.device("cpu"), [*augmentations.IMAGES, name], 0)


def test_draws_belong_to_the_sample() -> None:
    """Neither the batch nor the place in it matters: a resumed run draws the same."""
    some = Draws(0, 0, torch.tensor([9, 4])).uniform("crop", 2)
    assert torch.equal(some, draws_of().uniform("crop", 2)[[9, 4]])


def test_draws_are_uniform() -> None:
    drawn = draws_of(100_000).uniform("crop")
    shares = torch.histc(drawn, bins=10, min=0, max=1) / len(drawn)
    torch.testing.assert_close(shares, torch.full((10,), 0.1), atol=0.005, rtol=0)


@pytest.mark.parametrize("other", [(1, 0, "a"), (0, 1, "a"), (0, 0, "b")])
def test_draws_are_independent(other: tuple[int, int, str]) -> None:
    """Another seed, epoch or use: numbers that have nothing to do with the first."""
    seed, epoch, stream = other
    drawn = draws_of(100_000, seed, epoch).uniform(stream)
    pair = torch.cat([draws_of(100_000).uniform("a"), drawn], dim=1)
    assert abs(float(torch.corrcoef(pair.T)[0, 1])) < 0.02
