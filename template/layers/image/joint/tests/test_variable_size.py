"""Batches of several sizes: which one has which, also after a resume, and what moves along."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from pkg.batch import Batch
from pkg.config import Config
from pkg.data.dataloader import get_dataloaders
from pkg.data.variable_size import resize, sizes_around

Start = Callable[..., Config]


def load(config: Config, batch_size: int = 8) -> tuple[Any, Any, Any]:
    """Return the loaders of the three splits."""
    return get_dataloaders(config.data, batch_size=batch_size, seed=3, device=torch.device("cpu"))


def sizes_of(batches: list[Batch]) -> list[tuple[int, ...]]:
    return [tuple(batch.inputs.shape[2:]) for batch in batches]


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_batch_is_the_same_wherever_an_epoch_begins(make_config: Start, in_memory: bool) -> None:
    changes = {"variable_size": True, "in_memory": in_memory, "num_workers": 0}
    train = load(make_config("run", **changes))[0]
    whole = [[*train.batches(epoch)] for epoch in range(6)]
    expected = {*sizes_around(train.info.input_shape)}
    assert {size for batches in whole for size in sizes_of(batches)} == expected
    assert len(expected) > 1
    for epoch, batches in enumerate(whole):
        rest = [*load(make_config("run", **changes))[0].batches(epoch, 16)]
        assert len(rest) == len(batches) - 2
        for one, other in zip(rest, batches[2:], strict=True):
            assert all(a.equal(b) for a, b in zip(one, other, strict=True))


def test_evaluation_has_one_size_and_so_has_training_unless_asked(make_config: Start) -> None:
    train, val, test = load(make_config("run", variable_size=True))
    plain = load(make_config("run"))[0]
    sizes = [size for loader in (val, test, plain) for size in sizes_of([*loader.batches(1)])]
    assert {*sizes} == {tuple(train.info.input_shape[1:])}


def test_targets_move_along(make_config: Start) -> None:
    batch = next(load(make_config("run"))[0].batches(1))
    height, width = batch.inputs.shape[2:]
    larger = resize(batch, (2 * height, 3 * width))
    assert larger.inputs.shape[2:] == (2 * height, 3 * width)
    means = (one.inputs.mean((2, 3)) for one in (larger, batch))
    torch.testing.assert_close(*means, rtol=0.0, atol=0.05)
    assert larger.ids.equal(batch.ids)
    one, other = larger._asdict(), batch._asdict()
    if "boxes" in other:
        assert one["boxes"].equal(other["boxes"] * torch.tensor([3, 2, 3, 2]))
        assert one["scales"].equal(other["scales"] * torch.tensor([3, 2]))
        assert one["areas"].equal(other["areas"])  # of the files
    if "masks" in other:
        expected = other["masks"].repeat_interleave(2, -2).repeat_interleave(3, -1)
        assert one["masks"].equal(expected)


def test_sizes_differ_by_what_networks_divide_by() -> None:
    assert sizes_around([3, 64, 64]) == [(32, 32), (64, 64), (96, 96)]
    assert sizes_around([3, 256, 512]) == [
        *((192, 384), (224, 448), (256, 512), (288, 576), (320, 640))
    ]
    assert sizes_around([3, 20, 20]) == [(20, 20), (52, 52)]
