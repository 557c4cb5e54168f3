"""Processes that read samples: they die, hang and fail, and no sample is lost."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from plain import Rows
from torch.utils.data import Dataset

from pkg.engine.data.streaming import Streaming
from pkg.engine.errors import UserError

CPU = torch.device("cpu")


class Trap(Dataset[Rows]):
    """Samples that are their own numbers; one of them does something to its process, once."""

    def __init__(self, deed: Callable[[], None], mark: Path) -> None:
        self.deed, self.mark = deed, mark

    def __getitem__(self, ids: list[int]) -> Rows:
        if 17 in ids and not self.mark.exists():
            if self.mark.parent.exists():
                self.mark.touch()
            self.deed()
        return Rows(*[torch.tensor(ids)] * 3)


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


def read(source: Streaming) -> Iterator[Rows]:
    """Read forty samples, four at a time."""
    return source.read(list(torch.arange(40).split(4)))


@pytest.mark.parametrize("workers", [0, 2])
def test_samples_come_in_their_order(tmp_path: Path, workers: int) -> None:
    dataset = Trap(lambda: None, tmp_path / "passed")
    source = Streaming(dataset, CPU, num_workers=workers, timeout=60)
    for _ in range(2):
        batches = list(read(source))
        assert all(isinstance(batch, Rows) for batch in batches)
        assert [len(batch.ids) for batch in batches] == [4] * 10
        assert torch.cat([batch.ids for batch in batches]).tolist() == list(range(40))


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
