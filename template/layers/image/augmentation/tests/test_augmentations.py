"""The augmentations: what they may change, and that the sample decides how."""

from typing import Any

import pytest
import torch
from torch import Tensor

from pkg.data.registry import functions_in
from pkg.data.transforms import Prepare
from pkg.engine.data.draws import Draws
from pkg.engine.errors import UserError

BATCH = 64
IMAGES, MIXES = functions_in("augmentations"), functions_in("mixing")


@pytest.fixture
def images() -> Tensor:
    """Return images [B, 3, 16, 24] in 0.1 to 1: no pixel is black yet."""
    return 0.1 + 0.9 * torch.rand(BATCH, 3, 16, 24, generator=torch.manual_seed(0))


def draws_of(count: int = BATCH, seed: int = 0, epoch: int = 0) -> Draws:
    return Draws(seed, epoch, torch.arange(count))


@pytest.mark.parametrize("name", IMAGES)
def test_each_sample_by_its_own_draw(name: str, images: Tensor) -> None:
    """Shape and range stay; copies of an image differ; half a batch comes out equal."""
    augment = IMAGES[name]
    augmented = augment(images, draws_of())
    assert augmented.shape == images.shape
    assert float(augmented.min()) >= -1e-6
    assert float(augmented.max()) <= 1 + 1e-6

    half = augment(images[:32], draws_of(32))
    torch.testing.assert_close(half, augmented[:32], atol=1e-6, rtol=0)

    copies = augment(images[:1].repeat(BATCH, 1, 1, 1), draws_of())
    assert not torch.equal(copies, copies[:1].expand_as(copies))
    assert not torch.equal(augmented, augment(images, draws_of(epoch=1)))


#: if mixes
@pytest.mark.parametrize("name", MIXES)
def test_targets_mix_as_the_images_do(name: str, images: Tensor) -> None:
    """Images of one value and their targets: both are mixed in the same proportion."""
    values = torch.linspace(0, 1, BATCH)
    targets = torch.stack([values, 1 - values], dim=1)  # [B, 2]
    images = values[:, None, None, None].expand_as(images)
    mixed, found = MIXES[name](images, targets, draws_of())
    torch.testing.assert_close(found[:, 0], mixed.mean(dim=(1, 2, 3)))
    torch.testing.assert_close(found.sum(dim=1), torch.ones(BATCH))
    assert not torch.equal(found, targets)


#: endif
@pytest.mark.parametrize("name", ["IMAGES", "__doc__", "affine"])
def test_other_names_are_refused(name: str) -> None:
    info: Any = type("Info", (), {"output_names": ["a", "b"]})
    with pytest.raises(UserError, match=rf"data\.augmentation: this project has no \['{name}'\]"):
        Prepare(info, torch.device("cpu"), [*IMAGES, name], 0)


def test_draws_belong_to_the_sample() -> None:
    """Neither the batch nor the place in it matters: a resumed run draws the same."""
    some = Draws(0, 0, torch.tensor([9, 4])).uniform("crop", 2)
    assert torch.equal(some, draws_of().uniform("crop", 2)[[9, 4]])
