"""A checkpoint that lacks one piece of the state is noticed: the end is another one."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from faulty import training
from faulty.engine import checkpoint, tracking
from faulty.engine.callbacks import Run
from faulty.engine.state import Progress, TrainState
from runs import (
    KILLED,
    At,
    Whole,
    differences,
    ending,
    kill,
    make_config,
    run_child,
    said_path,
)

CHANGES = {"batch_size": 8, "num_epochs": 3, "updates_per_epoch": 4}
CHANGES |= {"patience": 2, "min_delta": 10.0}
KILL_AT = 11  # in the third of three epochs; the second was not better than the first
PARTS = ["model", "optimizer", "scheduler", "ema", "scaler", "metrics"]
POSITION = ["epoch", "updates", "passes", "position", "step"]
EARLY_STOPPING = ["best", "best_epoch", "bad_epochs", "target_best"]


@pytest.fixture
def _scaler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the run a gradient scaler with a state, although the CPU needs none."""
    build = training.build_state

    def with_scaler(*arguments: Any) -> TrainState:
        state = build(*arguments)
        state.scaler = torch.amp.GradScaler("cpu", init_scale=4.0, growth_interval=3)
        return state

    monkeypatch.setattr(training, "build_state", with_scaler)


@pytest.fixture
def reference(_scaler: None) -> Whole:
    """Return the undisturbed run."""
    config = make_config("whole", **CHANGES)
    assert run_child(config) == 0, said_path(config).read_text()
    return Whole(config, ending(config), [])


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[dict[str, Any]], None]], None]:
    """Return a function that lets every resume forget a piece: `restore` keeps what was built."""
    restore = checkpoint.restore

    def make(drop: Callable[[dict[str, Any]], None]) -> None:
        def without(state: TrainState, saved: dict[str, Any]) -> None:
            fresh = checkpoint.capture(state)
            drop(saved | {"fresh": fresh})
            restore(state, saved)

        monkeypatch.setattr(training, "restore", without)

    return make


def killed_and_resumed(reference: Whole, name: str = "killed") -> list[str]:
    """Kill a run within an epoch, resume it, and say in what it differs from the whole."""
    config = make_config(name, **CHANGES, save_every_minutes=1e-9)
    assert run_child(config, At("step", KILL_AT, kill)) == KILLED
    code = run_child(config, resume=True)
    if code:
        return [f"exit code {code}"]
    return differences(config, reference)


def test_with_all_pieces_nothing_differs(reference: Whole) -> None:
    assert killed_and_resumed(reference) == []


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_left_out_is_noticed(
    part: str, reference: Whole, forget: Callable[..., None]
) -> None:
    name = f"{part}_state_dict"
    forget(lambda saved: saved[name].update(saved["fresh"][name]))
    assert killed_and_resumed(reference) != []


def test_random_numbers_that_are_left_out_are_noticed(
    reference: Whole, forget: Callable[..., None]
) -> None:
    forget(lambda saved: saved["rng_state"].update(cpu=saved["fresh"]["rng_state"]["cpu"]))
    assert killed_and_resumed(reference) != []


@pytest.mark.parametrize("name", POSITION + EARLY_STOPPING)
def test_progress_that_is_left_out_is_noticed(
    name: str, reference: Whole, forget: Callable[..., None]
) -> None:
    forget(lambda saved: saved["progress"].update({name: getattr(Progress(), name)}))
    assert killed_and_resumed(reference) != []


def test_logs_that_are_not_cut_are_noticed(
    reference: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    each_sink = Run.each_sink

    def twice(self: Run, act: Callable[[tracking.Sink], None]) -> None:
        each_sink(self, act)
        for sink in self.sinks:
            sink.flush()  # so that lines are on the disk that no checkpoint knows of

    monkeypatch.setattr(Run, "each_sink", twice)
    assert killed_and_resumed(reference) == []
    monkeypatch.setattr(tracking, "cut", lambda files, lengths: None)
    assert any(name.startswith("line") for name in killed_and_resumed(reference, "uncut"))
