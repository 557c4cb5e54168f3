"""Storage that is slow: training goes on beside it, and waits for it at the end."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, current_thread, main_thread
from typing import Any

from faulty.engine.checkpoint import LAST, load
from interruptions import bits
from runs import Whole, differences, folder_of, make_config, run_child, said_path

QUIET = {"save_every_minutes": None, "batch_size": 8, "keep_checkpoints": 3}
PATIENCE_SECONDS = 60  # a hang, not a measure of speed


def hold(update: int) -> Callable[[str, Any], None]:
    """Plan to hold up the write after the first epoch until an update of the second is done."""
    reached = Event()

    def plan(name: str, about: Any) -> None:
        if (name, about) == ("step", update):
            reached.set()
        if name == "write" and str(about).endswith(".pt.draft"):
            assert current_thread() is not main_thread()
            if not reached.wait(PATIENCE_SECONDS):
                os.kill(os.getpid(), signal.SIGKILL)  # training waits for the write

    return plan


def test_updates_go_on_while_a_write_is_under_way(whole: Callable[..., Whole]) -> None:
    config, undisturbed = make_config("slow", **QUIET), whole(**QUIET)
    assert run_child(config, hold(8)) == 0, said_path(config).read_text()
    assert differences(config, undisturbed) == []
    for name in ("epoch_00001.pt", "epoch_00002.pt"):
        mine, other = (load(folder_of(c) / name) for c in (config, undisturbed.config))
        for key in ("model_state_dict", "optimizer_state_dict", "ema_state_dict", "rng_state"):
            assert bits(mine[key], key) == bits(other[key], key)  # of then, not of update 8


def sleepy(name: str, about: Any) -> None:
    """Sleep before each piece of a checkpoint."""
    if name in ("write", "fsync"):
        time.sleep(2e-3)


def test_a_slow_write_is_waited_for_at_the_end(whole: Callable[..., Whole]) -> None:
    config = make_config("slow", **QUIET)
    assert run_child(config, sleepy) == 0
    assert differences(config, whole(**QUIET)) == []


def test_a_slow_write_is_waited_for_after_a_signal() -> None:
    config = make_config("slow", **QUIET)

    def plan(name: str, about: Any) -> None:
        sleepy(name, about)
        if (name, about) == ("step", 5):
            os.kill(os.getpid(), signal.SIGTERM)

    assert run_child(config, plan) == 143
    assert load(folder_of(config) / LAST)["progress"]["step"] == 5
    assert not list(Path("slow/checkpoints").glob("*.draft"))
