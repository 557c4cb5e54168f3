"""What every augmentation promises, and the draws behind them."""

from types import SimpleNamespace

import pytest
import torch
from noise import (
    AUGMENTED,
    BATCH,
    IMAGE_NAMES,
    MIX_NAMES,
    Draws,
    bytes_as_floats,
    draws_of,
    load,
)
from torch import Tensor

ACCELERATORS = [
    pytest.param(name, marks=pytest.mark.skipif(not available, reason=f"no {name} device here"))
    for name, available in (
        ("cuda", torch.cuda.is_available()),
        ("mps", torch.mps.is_available()),
    )
]


def test_draws_never_change():
    """A pinned value: if it moves, every resumed run continues differently."""
    drawn = Draws(seed=42, epoch=3, ids=torch.tensor([0, 1, 2**40])).uniform("crop", 2)
    bits = (drawn * 2**24).long().tolist()
    assert bits == [[14586373, 4162262], [409462, 6106855], [9966016, 13038007]]


def test_draws_are_uniform():
    """Kolmogorov-Smirnov against the uniform distribution, at a level of 1e-6."""
    for drawn in Draws(0, 0, torch.arange(100_000)).uniform("a", 3).unbind(1):
        order = drawn.double().sort().values
        steps = torch.arange(1, len(order) + 1, dtype=torch.float64) / len(order)
        distance = torch.maximum((steps - order).max(), (order - steps).max())
        assert distance * len(order) ** 0.5 < 2.7
        assert float(order[0]) >= 0
        assert float(order[-1]) < 1


@pytest.mark.parametrize(
    "other",
    [
        Draws(1, 0, torch.arange(100_000)).uniform("a")[:, 0],
        Draws(0, 1, torch.arange(100_000)).uniform("a")[:, 0],
        Draws(0, 0, torch.arange(100_000) + 1).uniform("a")[:, 0],
        Draws(0, 0, torch.arange(100_000)).uniform("b")[:, 0],
        Draws(0, 0, torch.arange(100_000)).uniform("a", 2)[:, 1],
    ],
    ids=["seed", "epoch", "sample", "stream", "column"],
)
def test_draws_are_independent(other: Tensor):
    """Chi-squared over 8 x 8 cells: 63 degrees of freedom, at a level of about 1e-6."""
    drawn = Draws(0, 0, torch.arange(100_000)).uniform("a")[:, 0]
    cells = (drawn * 8).long() * 8 + (other * 8).long()
    counts, expected = torch.bincount(cells, minlength=64), 100_000 / 64
    assert float(((counts - expected) ** 2 / expected).sum()) < 130


def test_draws_belong_to_the_sample():
    """The batch, the order in it and the number of columns do not matter."""
    whole = draws_of(10).uniform("a", 3)
    part = Draws(7, 0, torch.tensor([108, 101])).uniform("a", 5)
    assert torch.equal(part[:, :3], whole[[8, 1]])


@pytest.mark.parametrize("name", IMAGE_NAMES)
@pytest.mark.parametrize("shape", [(3, 20, 26), (1, 8, 8), (4, 9, 7), (2, 1, 1)])
def test_any_shape(name: str, shape: tuple[int, ...]):
    """Any channels, any size: the shape stays, and so does the range."""
    images = bytes_as_floats(BATCH, *shape)
    before = images.clone()
    after = load(name)(images, draws_of(BATCH))
    assert after.shape == images.shape
    assert after.dtype == torch.float32
    assert float(after.min()) >= -1e-6
    assert float(after.max()) <= 1 + 1e-6
    assert torch.equal(images, before), "the caller's images were overwritten"


@pytest.mark.parametrize("name", IMAGE_NAMES)
def test_each_sample_has_its_own_draw(name: str, images: Tensor):
    """Equal images come out differently; a batch that is split comes out the same."""
    augment, draws = load(name), draws_of(BATCH)
    after = augment(images, draws)
    half = Draws(draws.seed, draws.epoch, draws.ids[BATCH // 2 :])
    halved = augment(images[BATCH // 2 :], half)
    torch.testing.assert_close(halved, after[BATCH // 2 :], atol=1e-6, rtol=0)
    assert torch.equal(after, augment(images, draws))

    same = augment(images[:1].expand(BATCH, -1, -1, -1), draws)
    expected = 2 if name.endswith("flip") else 8
    assert len(same.flatten(1).unique(dim=0)) >= expected
    assert not torch.equal(after, augment(images, draws_of(BATCH, epoch=1)))


@pytest.mark.parametrize("name", IMAGE_NAMES)
def test_channels_last(name: str, images: Tensor):
    """The order of the memory does not matter."""
    draws = draws_of(BATCH)
    expected = load(name)(images, draws)
    after = load(name)(images.to(memory_format=torch.channels_last), draws)
    torch.testing.assert_close(after, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", IMAGE_NAMES + MIX_NAMES)
def test_nothing_is_read_by_the_host(name: str, images: Tensor):
    """On the meta device a tensor has no values, so that reading one is an error."""
    inputs = (images, torch.zeros(BATCH, 5)) if name in MIX_NAMES else (images,)
    draws = Draws(7, 0, draws_of(BATCH).ids.to("meta"))
    after = load(name)(*(tensor.to("meta") for tensor in inputs), draws)
    results = after if name in MIX_NAMES else (after,)
    assert [result.shape for result in results] == [tensor.shape for tensor in inputs]
    assert {result.device.type for result in results} == {"meta"}


@pytest.mark.parametrize("device", ACCELERATORS)
@pytest.mark.parametrize("name", IMAGE_NAMES + MIX_NAMES)
def test_devices_agree_and_do_not_wait(name: str, device: str, images: Tensor):
    """The same draws on every device, and on CUDA no read by the host."""
    targets = (torch.eye(5).repeat(10, 1)[:BATCH],) if name in MIX_NAMES else ()
    inputs = (images, *targets)
    there = [tensor.to(device) for tensor in inputs]
    draws = Draws(7, 0, draws_of(BATCH).ids.to(device))
    load(name)(*there, draws)  # the first call may load libraries
    if device == "cuda":
        torch.cuda.set_sync_debug_mode("error")
    try:
        after = load(name)(*there, draws)
    finally:
        if device == "cuda":
            torch.cuda.set_sync_debug_mode("default")
    expected = load(name)(*inputs, draws_of(BATCH))
    first = [result[0] if targets else result for result in (after, expected)]
    different = (first[0].cpu() - first[1]).abs() > 2e-3
    # A pixel that lies on a threshold may fall to either side.
    assert float(different.float().mean()) < 1e-3


def test_augmentations_are_found_by_name():
    """A file whose function is named like it counts; what several of them share does not."""
    functions_in = AUGMENTED.load("data.registry").functions_in
    assert {*functions_in("augmentations")} == {*IMAGE_NAMES}
    assert {*functions_in("mixing")} == {*MIX_NAMES}
    assert functions_in("augmentations")["rotation"] is load("rotation")
    assert functions_in("nothing") == {}


def test_an_unknown_augmentation_is_refused_with_those_there_are():
    prepare, info = AUGMENTED.load("data.transforms").Prepare, SimpleNamespace(output_names=[])
    with pytest.raises(AUGMENTED.UserError) as caught:
        prepare(info, torch.device("cpu"), ["rotation", "rotate"], 0)
    assert "data.augmentation: this project has no ['rotate']" in str(caught.value)
    assert "'color_jitter'" in str(caught.value)
    assert "'mixup'" in str(caught.value)
    assert "'affine'" not in str(caught.value)
