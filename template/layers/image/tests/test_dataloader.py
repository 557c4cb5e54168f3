"""Images as batches: kept in memory or read as they are needed, and the same either way."""

import signal
from collections.abc import Callable
from typing import Any

import pytest
import torch
from augmenting import AUGMENTATION, MIXING
from interruptions import MOMENT
from short_runs import ending, train_until

from pkg.batch import Batch
from pkg.config import Config
from pkg.data.dataloader import get_dataloaders
from pkg.engine.data.loader import InMemory, Loader
from pkg.training import train

CPU = torch.device("cpu")
Start = Callable[..., Config]


def load(config: Config, batch_size: int = 8) -> Loader[Any]:
    """Return the loader of the training split."""
    return get_dataloaders(config.data, batch_size=batch_size, seed=0, device=CPU)[0]


@pytest.mark.parametrize("workers", [0, 2])
def test_images_that_stream_are_those_in_memory(make_config: Start, workers: int) -> None:
    def batches(**changes: object) -> list[Batch]:
        loader = load(make_config("run", **changes))
        return [*loader.batches(0), *loader.batches(1, 8)]

    kept = batches(in_memory=True)
    streamed = batches(in_memory=False, num_workers=workers)
    assert len(kept) == len(streamed) == 4 + 3
    for one, other in zip(kept, streamed, strict=True):
        assert all(a.equal(b) for a, b in zip(one, other, strict=True))


def test_a_run_on_images_that_stream_is_killed_and_resumed(make_config: Start) -> None:
    changes = {"in_memory": False, "num_workers": 2, "save_every_minutes": MOMENT}
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    train(whole, resume=False, overwrite=False)
    assert train_until(6, killed) == -signal.SIGKILL
    train(killed, resume=True, overwrite=False)
    assert ending(killed) == ending(whole)


def test_only_images_that_are_used_are_kept(make_config: Start) -> None:
    few = load(make_config("run", in_memory=True, max_samples=4), 50)
    every = load(make_config("run", in_memory=True), 50)
    assert isinstance(few.source, InMemory)
    assert few.source.samples.size <= 12 < 50
    one, other = (next(loader.source.read([few.ids])) for loader in (few, every))
    assert all(a.equal(b) for a, b in zip(one, other, strict=True))


def test_small_batches_that_are_prepared_together_stay_the_same(make_config: Start) -> None:
    loader = load(make_config("run", augmentation=AUGMENTATION), 4)
    if MIXING:
        assert loader.source.max_samples_per_prepare == 0  # other batches would be mixed in
    loader.source.max_samples_per_prepare = 100
    together = list(loader.batches(1))
    loader.source.max_samples_per_prepare = 0
    for one, other in zip(together, loader.batches(1), strict=True):
        assert all(a.equal(b) for a, b in zip(one, other, strict=True))


def test_an_image_does_not_depend_on_its_batch(make_config: Start) -> None:
    images = []
    for size in (4, 15):
        loader = load(make_config("run", augmentation=AUGMENTATION), size)
        batch = Batch.join([*loader.batches(1)])
        images.append(dict(zip(batch.ids.tolist(), batch.inputs, strict=True)))
    assert images[0].keys() == images[1].keys()
    assert all(image.equal(images[1][i]) for i, image in images[0].items())


def test_changes_that_errors_advise_are_allowed(make_config: Start) -> None:
    train(make_config("run"), resume=False, overwrite=False)
    changes = {"worker_timeout": 600.0, "max_unreadable": 0.05, "num_workers": 1}
    train(make_config("run", **changes), resume=True, overwrite=False)


@pytest.mark.gpu
@pytest.mark.parametrize("workers", [0, 2])
def test_batches_that_travel_ahead_to_a_gpu_arrive_whole_and_in_order(
    make_config: Start, workers: int
) -> None:
    data = make_config("run", in_memory=False, num_workers=workers).data
    here, there = (
        get_dataloaders(data, batch_size=8, seed=0, device=torch.device(name))[0]
        for name in ("cpu", "cuda")
    )
    pairs = list(zip(here.batches(), there.batches(), strict=True))
    assert len(pairs) > 2
    for one, other in pairs:
        assert other.inputs.is_cuda
        assert one.ids.equal(other.ids.cpu())
        torch.testing.assert_close(one.inputs, other.inputs.cpu(), rtol=1e-4, atol=1e-4)
