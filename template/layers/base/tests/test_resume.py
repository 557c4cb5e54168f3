"""A run that is interrupted anywhere and resumed ends with the same bits as one that was not."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from interruptions import MOMENT, in_child, outcome, train_until

from pkg import faults
from pkg.engine.checkpoint import LAST, load, load_newest
from pkg.config import Config
from pkg.training import train

Start = Callable[..., Config]


#: if family == "image"
@pytest.mark.parametrize("workers", [0, 2])
#: endif
@pytest.mark.parametrize("step", [2, 4, 7])  # 4 and 8 are the ends of epochs
#: if family == "image"
def test_killed_and_resumed_is_the_same_run(make_config: Start, step: int, workers: int) -> None:
    changes = {"in_memory": False, "num_workers": workers, "save_every_minutes": MOMENT}
    #: else
def test_killed_and_resumed_is_the_same_run(make_config: Start, step: int) -> None:
    changes = {"save_every_minutes": MOMENT}
    #: endif
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    train(whole, resume=False, overwrite=False)
    assert train_until(step, killed) == -signal.SIGKILL
    saved = load_newest(Path(killed.experiment.checkpoint_dir))
    assert saved is None or saved["progress"]["step"] < step  # none: the write was under way
    train(killed, resume=True, overwrite=False)
    assert outcome(killed) == outcome(whole)


@pytest.mark.parametrize("number", [3, 30])
@pytest.mark.parametrize("operation", ["write", "fsync", "replace", "unlink"])
def test_killed_inside_a_save_the_file_before_it_serves(
    make_config: Start, operation: str, number: int
) -> None:
    changes = {"save_every_minutes": MOMENT, "keep_checkpoints": 1, "num_epochs": 4}
    number = min(number, 2) if operation == "unlink" else number
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    train(whole, resume=False, overwrite=False)
    seen: list[object] = []

    def plan(name: str, about: object) -> None:
        seen.append(about) if name == operation else None
        if len(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def action() -> None:
        faults.plan = plan
        train(killed, resume=False, overwrite=False)

    assert in_child(action) == -signal.SIGKILL
    train(killed, resume=True, overwrite=False)
    assert outcome(killed) == outcome(whole)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_saves_and_ends_with_its_code(make_config: Start, number: int, code: int) -> None:
    whole, stopped = make_config("whole"), make_config("stopped")
    train(whole, resume=False, overwrite=False)

    assert train_until(3, stopped, number) == code
    assert load(Path(stopped.experiment.checkpoint_dir, LAST))["progress"]["step"] == 3
    train(stopped, resume=True, overwrite=False)
    assert outcome(stopped) == outcome(whole)


def test_signals_are_given_back(make_config: Start) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    train(make_config("run"), resume=False, overwrite=False)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
#: if architecture != "custom"


def test_a_frozen_backbone_is_resumed_frozen(make_config: Start) -> None:
    changes = {"save_every_minutes": MOMENT, "freeze_epochs": 1, "num_epochs": 3}
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    train(whole, resume=False, overwrite=False)
    assert train_until(3, killed) == -signal.SIGKILL
    train(killed, resume=True, overwrite=False)
    assert outcome(killed) == outcome(whole)
    folder = Path(whole.experiment.checkpoint_dir)
    weights = [load(folder / f"epoch_{epoch:05}.pt")["model_state_dict"] for epoch in (1, 2)]
    frozen = [weight for weight in weights[0] if weight.startswith("backbone.1.")]
    assert not any(weights[0][name].equal(weights[1][name]) for name in frozen)
    start = load(folder / "epoch_00001.pt")["optimizer_state_dict"]["state"]
    moved = [x for x in start.values() if any(value.count_nonzero() for value in x.values())]
    assert len(moved) == 2  # the head's weight and bias alone
#: endif
