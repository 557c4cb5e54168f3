"""A disk that is full, fails or refuses: a warning, the checkpoint before, and the run goes on."""

import errno
import resource
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from faulty.engine.checkpoint import LAST, load
from faulty.engine.files import DRAFT
from runs import (
    SHORT,
    At,
    Plan,
    Whole,
    differences,
    folder_of,
    make_config,
    run_child,
    said_path,
    some,
)

FULL = OSError(errno.ENOSPC, "No space left on device")
BROKEN = OSError(errno.EIO, "Input/output error")
FORBIDDEN = PermissionError(errno.EACCES, "Permission denied")
WARNING = "the checkpoint before stays, this one failed"
APART = [name + end for name in ("splits.csv", "schema.json") for end in ("", DRAFT)]
APART += ["metrics.jsonl"]  # no checkpoints
SAVES = 6  # of a run of two epochs of two updates


def fail(error: OSError) -> None:
    """Raise what an operating system would."""
    raise error


def limit_files(size: int) -> None:
    """Let no file of this process grow beyond a size."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.parametrize("error", [FULL, BROKEN, FORBIDDEN], ids=["full", "broken", "forbidden"])
@pytest.mark.parametrize("name", ["write", "fsync", "replace", "unlink"])
def test_one_save_that_fails_costs_nothing_else(
    whole: Callable[..., Whole], name: str, error: OSError
) -> None:
    undisturbed = whole()
    numbers = range(1, undisturbed.count(name, *APART) + 1)
    for number in numbers[:: max(1, len(numbers) // (2 if SHORT else 12))]:
        config = make_config(f"{name}-{number}")
        code = run_child(config, checkpoints(At(name, number, lambda: fail(error))))
        said = said_path(config).read_text()
        assert code == 0, said
        assert said.count(WARNING) == 1
        assert str(error.strerror) in said or "unexpected pos" in said  # torch has its own words
        if load(folder_of(config) / LAST)["progress"]["step"] == 4:
            assert run_child(config, resume=True) == 0  # clears the draft that stayed
            assert differences(config, undisturbed) == []


def checkpoints(plan: At) -> Plan:
    """Let a plan see the points of checkpoints only: none before the first update."""
    begun = []

    def other(name: str, about: Any) -> None:
        if name == "step":
            begun.append(about)
        if begun and getattr(about, "name", "") not in APART:
            plan(name, about)

    return other


def test_the_checkpoint_before_stays(whole: Callable[..., Whole]) -> None:
    undisturbed = whole()
    each = undisturbed.count("write") // SAVES
    for number in some(range(each + 20, 7 * each // 2, 37), 4):
        config = make_config(f"lasting-{number}")
        plan = At("write", number, lambda: fail(FULL), lasting=True)
        assert run_child(config, checkpoints(plan)) == 3, number
        said = said_path(config).read_text()
        assert said.count(WARNING) == 3
        assert "3 checkpoints in a row could not be written" in said
        load(folder_of(config) / LAST)
        assert run_child(config, resume=True) == 0  # there is space again
        assert differences(config, undisturbed) == []


def test_two_failures_are_forgiven_and_counted_anew() -> None:
    saves = [0]

    def plan(name: str, about: object) -> None:
        if name == "fsync" and f".pt{DRAFT}" in str(about) and "epoch_" in str(about):
            saves[0] += 1
            if saves[0] in (2, 3, 5, 6):
                raise FULL

    config = make_config("forgiven", save_every_minutes=None, num_epochs=7)
    assert run_child(config, plan) == 0, said_path(config).read_text()
    assert said_path(config).read_text().count(WARNING) == 4
    assert load(folder_of(config) / LAST)["epoch"] == 7


def test_a_limit_on_the_size_of_files_is_survived(whole: Callable[..., Whole]) -> None:
    undisturbed = whole()
    size = (folder_of(undisturbed.config) / LAST).stat().st_size
    config = make_config("limited")

    def plan(name: str, about: object) -> None:
        if (name, about) == ("step", 3):
            limit_files(size // 2)

    assert run_child(config, plan) == 3
    said = said_path(config).read_text()
    assert said.count(WARNING) == 3
    assert load(folder_of(config) / LAST)["progress"]["step"] <= 3
    assert run_child(config, resume=True) == 0
    assert differences(config, undisturbed) == []


def test_metrics_that_do_not_fit_end_nothing(whole: Callable[..., Whole]) -> None:
    changes = {"save_every_minutes": None, "batch_size": 2, "num_epochs": 4}
    undisturbed, config = whole(**changes), make_config("metrics", **changes)

    def plan(name: str, about: object) -> None:
        if (name, about) == ("step", 25):  # less room than the metrics of three epochs take
            while not (folder_of(config) / LAST).exists():  # of the first
                time.sleep(0.01)
            limit_files(10_000)

    assert run_child(config, plan) == 3, said_path(config).read_text()
    said = said_path(config).read_text()
    assert "warning: JsonLog: OSError: " in said
    assert "3 checkpoints in a row could not be written" in said
    assert load(folder_of(config) / LAST)["epoch"] == 1
    assert run_child(config, resume=True) == 0, said_path(config).read_text()
    assert differences(config, undisturbed) == []
