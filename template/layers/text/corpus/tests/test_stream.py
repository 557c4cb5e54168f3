"""A run on texts that are streamed: killed anywhere and resumed, it is the same run."""

import signal
from collections.abc import Callable

import pytest
from interruptions import MOMENT
from short_runs import ending, last, log_of, train_until

from pkg.config import Config
from pkg.training import train

Start = Callable[..., Config]


@pytest.mark.parametrize("updates", [None, 3])  # in an epoch; None: all texts
def test_killed_after_any_update_a_stream_goes_on(make_config: Start, updates: int | None) -> None:
    changes = {"streaming": True, "updates_per_epoch": updates, "save_every_minutes": MOMENT}
    whole = make_config("whole", **changes)
    train(whole, resume=False, overwrite=False)
    steps = last(whole)["progress"]["step"]
    assert steps >= 6
    for step in range(1, steps):
        killed = make_config(f"killed {step}", **changes)
        assert train_until(step, killed) == -signal.SIGKILL
        train(killed, resume=True, overwrite=False)
        assert ending(killed) == ending(whole)


def test_a_stream_learns_as_memory_does(make_config: Start) -> None:
    losses = []
    for streaming in (True, False):
        config = make_config(f"run {streaming}", streaming=streaming, num_epochs=8)
        train(config, resume=False, overwrite=False)
        losses.append(
            [line["epoch/val_loss"] for line in log_of(config) if "epoch/val_loss" in line]
        )
    assert all(each[-1] < each[0] for each in losses)
