"""SIGTERM and SIGINT: a checkpoint, an exit code that says so, and a second one at once."""

import os
import signal
from collections.abc import Callable

import pytest
from faulty.engine.checkpoint import LAST, load
from runs import At, Whole, differences, folder_of, make_config, run_child, said_path, some

QUIET = {"save_every_minutes": None, "batch_size": 8}  # four updates an epoch, saved at its end


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_at_every_step(whole: Callable[..., Whole], number: int, code: int) -> None:
    for step in some(range(1, 9), 4):
        config = make_config(f"signal-{step}", **QUIET)
        plan = At("step", step, lambda: os.kill(os.getpid(), number))
        assert run_child(config, plan) == code
        assert load(folder_of(config) / LAST)["progress"]["step"] == step
        assert "--resume goes on" in said_path(config).read_text()
        assert run_child(config, resume=True) == 0
        assert differences(config, whole(**QUIET)) == []


def test_a_second_signal_ends_at_once(whole: Callable[..., Whole]) -> None:
    config = make_config("twice", **QUIET)

    def twice() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)

    assert run_child(config, At("step", 3, twice)) == -signal.SIGINT
    assert not (folder_of(config) / LAST).exists()
    assert run_child(config, resume=True) == 0
    assert differences(config, whole(**QUIET)) == []


def test_a_second_signal_while_the_first_one_saves(whole: Callable[..., Whole]) -> None:
    config = make_config("saving", **QUIET)

    def first(name: str, about: object) -> None:
        if (name, about) == ("step", 6):
            os.kill(os.getpid(), signal.SIGTERM)
        if name == "fsync" and (folder_of(config) / LAST).exists():  # of the second save
            os.kill(os.getpid(), signal.SIGTERM)

    assert run_child(config, first) == -signal.SIGTERM
    assert load(folder_of(config) / LAST)["progress"]["step"] == 4
    assert run_child(config, resume=True) == 0
    assert differences(config, whole(**QUIET)) == []
