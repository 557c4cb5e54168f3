"""Images that cannot be read, and processes that should read them."""

import csv
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.data import Dataset

from pkg.batch import Batch
from pkg.config import Config
from pkg.data import dataloader
from pkg.data.dataloader import SplitLoader, get_dataloaders
from pkg.engine.data.streaming import Streaming
from pkg.engine.errors import UserError

Start = Callable[..., Config]
CPU = torch.device("cpu")


def open_broken(
    config: Config, monkeypatch: pytest.MonkeyPatch, broken: tuple[str, ...]
) -> tuple[SplitLoader, ...]:
    """Return loaders of data in which the images of these names cannot be read."""
    load, manifest = vars(dataloader)["load_samples"], Path("run/splits.csv").absolute()
    manifest.parent.mkdir(exist_ok=True)

    def load_broken(settings: Any) -> Any:
        samples = load(settings)

        def read(name: str) -> Any:
            if name in broken:
                raise OSError("broken data stream")
            return samples.read(name)

        return replace(samples, read=read)

    monkeypatch.setattr(dataloader, "load_samples", load_broken)
    return get_dataloaders(config.data, batch_size=8, seed=0, device=CPU, manifest=manifest)


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_broken_image_is_noted_and_another_of_its_split_stands_in(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    config = make_config("run", in_memory=in_memory, max_unreadable=0.1, augmentation=[])
    whole = open_broken(config, monkeypatch, ())
    first, second = whole[0].ids.tolist()[:2]
    name = f"synthetic_{first:02}"
    loaders = open_broken(config, monkeypatch, (name,))
    good, found = (
        {int(i): (x, t) for b in train.batches() for x, t, i in zip(*b, strict=True)}
        for train in (whole[0], loaders[0])
    )
    assert good.keys() == found.keys()  # as many, under the same numbers
    assert found[first][0].allclose(good[second][0], atol=0.1)
    assert found[first][1].equal(good[second][1])
    with Path("run/quarantine.csv").open(newline="") as file:
        [(noted, number, reason)] = csv.reader(file)
    assert (noted, number) == (name, str(first))
    assert "broken data stream" in reason


@pytest.mark.parametrize("workers", [0, 2])
def test_too_many_broken_images_are_an_error_in_one_line(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    config = make_config("run", in_memory=False, num_workers=workers, max_unreadable=0.1)
    names = tuple(f"synthetic_{i:02}" for i in range(0, 50, 2))

    def read_all() -> None:
        for loader in open_broken(config, monkeypatch, names):
            list(loader.batches())

    with pytest.raises(UserError, match=r"data\.max_unreadable: more than 5 of 50") as refused:
        read_all()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("in_memory", [True, False])
def test_what_training_tolerates_evaluation_does_too(
    make_config: Start,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    in_memory: bool,
) -> None:
    data = make_config("run", in_memory=in_memory, max_unreadable=0.02).data
    open_broken(make_config("run", max_unreadable=0.02), monkeypatch, ("synthetic_07",))
    options: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": CPU, "whole": True}
    for _ in range(2):
        capfd.readouterr()
        assert len(list(get_dataloaders(data, **options)[-1].batches())) == 7
        assert "warning: left out: image synthetic_07: " in capfd.readouterr().out
    with pytest.raises(UserError, match=r"more than 0 of 50 .*synthetic_07"):
        list(get_dataloaders(replace(data, max_unreadable=0.0), **options)[-1].batches())


def test_a_split_of_broken_images_is_an_error(
    make_config: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config("run", in_memory=True, max_unreadable=0.9)
    val = get_dataloaders(config.data, batch_size=8, seed=0, device=CPU)[1].ids.tolist()
    with pytest.raises(UserError, match=r"a whole split is broken.*broken data stream"):
        open_broken(config, monkeypatch, tuple(f"synthetic_{i:02}" for i in val))


class Trap(Dataset[tuple[Tensor, ...]]):
    """Samples that are their own numbers; one of them does something to its process, once."""

    def __init__(self, deed: Callable[[], None], mark: Path) -> None:
        self.deed, self.mark = deed, mark

    def __getitem__(self, ids: list[int]) -> tuple[Tensor, ...]:
        if 17 in ids and not self.mark.exists():
            if self.mark.parent.exists():
                self.mark.touch()
            self.deed()
        return (torch.tensor(ids),) * 3


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def wait_for(mark: Path) -> None:
    for _ in range(600):
        if mark.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing has written {mark}")


def hang() -> None:
    time.sleep(20)


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def fail() -> None:
    raise RuntimeError("sizes differ")


def read(source: Streaming) -> Iterator[Batch]:
    """Read forty samples, four at a time."""
    return source.read(list(torch.arange(40).split(4)))


def test_a_worker_that_dies_is_replaced_and_no_sample_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = Streaming(Trap(kill, tmp_path / "killed"), CPU, num_workers=2, timeout=60)
    for _ in range(2):
        assert torch.cat([batch.ids for batch in read(source)]).tolist() == list(range(40))
    assert "a worker died and is replaced" in capsys.readouterr().out


def test_a_worker_that_dies_does_not_disturb_an_update(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = tmp_path / "killed"
    source = Streaming(Trap(kill, mark), CPU, num_workers=1, timeout=60)
    ids = []
    for batch in read(source):
        ids += batch.ids.tolist()
        if 8 in ids and 12 not in ids:  # an update; the worker is two batches ahead
            wait_for(mark)
            time.sleep(0.2)  # the signal of its death comes now
    assert ids == list(range(40))
    assert "a worker died and is replaced" in capsys.readouterr().out


def test_a_key_that_ends_a_run_leaves_its_workers_at_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = Streaming(Trap(interrupt, tmp_path / "pressed"), CPU, num_workers=1, timeout=60)
    assert torch.cat([batch.ids for batch in read(source)]).tolist() == list(range(40))
    assert "a worker died" not in capsys.readouterr().out


def test_a_mistake_in_a_data_set_is_not_a_death(tmp_path: Path) -> None:
    source = Streaming(Trap(fail, tmp_path / "failed"), CPU, num_workers=1, timeout=60)
    with pytest.raises(RuntimeError, match="sizes differ"):
        list(read(source))


@pytest.mark.parametrize("workers", [0, 1])
def test_two_reads_in_turn_are_an_error(tmp_path: Path, workers: int) -> None:
    source = Streaming(Trap(hang, tmp_path), CPU, num_workers=workers, timeout=60)
    first = read(source)
    next(first)
    assert torch.cat([batch.ids for batch in read(source)]).tolist() == list(range(40))
    with pytest.raises(AssertionError, match="a read goes on after a later one"):
        next(first)


def test_workers_that_keep_dying_are_an_error(tmp_path: Path) -> None:
    source = Streaming(Trap(kill, tmp_path / "no" / "mark"), CPU, num_workers=1, timeout=60)
    with pytest.raises(UserError, match=r"data\.num_workers: they keep dying"):
        list(read(source))


def test_a_worker_that_hangs_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    source = Streaming(Trap(hang, tmp_path / "hung"), CPU, num_workers=1, timeout=1)
    with pytest.raises(UserError, match=r"data\.worker_timeout.*timed out after 1 seconds"):
        list(read(source))


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
