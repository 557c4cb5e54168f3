"""A run that is interrupted anywhere and resumed ends with the same bits as one that was not."""

import os
import signal
from collections.abc import Callable

import pytest
from interruptions import MOMENT, in_child
from short_runs import ending, folder_of, last, start, train_until

from pkg.config import Config
from pkg.engine import faults
from pkg.engine.checkpoint import load_newest
from pkg.training import train

Start = Callable[..., Config]


@pytest.mark.parametrize("step", [2, 4, 7])  # 4 and 8 are the ends of epochs
def test_killed_and_resumed_is_the_same_run(make_config: Start, step: int) -> None:
    changes = {"save_every_minutes": MOMENT}
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    train(whole, resume=False, overwrite=False)
    assert train_until(step, killed) == -signal.SIGKILL
    saved = load_newest(folder_of(killed))
    assert saved is None or saved["progress"]["step"] < step  # none: the write was under way
    train(killed, resume=True, overwrite=False)
    assert ending(killed) == ending(whole)


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
    assert ending(killed) == ending(whole)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_saves_and_ends_with_its_code(make_config: Start, number: int, code: int) -> None:
    whole, stopped = make_config("whole"), make_config("stopped")
    train(whole, resume=False, overwrite=False)
    assert train_until(3, stopped, number) == code
    assert last(stopped)["progress"]["step"] == 3
    train(stopped, resume=True, overwrite=False)
    assert ending(stopped) == ending(whole)


def test_epochs_of_so_many_updates_are_resumed(make_config: Start) -> None:
    changes = {"save_every_minutes": MOMENT, "updates_per_epoch": 3, "num_epochs": 3}
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    train(whole, resume=False, overwrite=False)
    assert train_until(5, killed) == -signal.SIGKILL
    train(killed, resume=True, overwrite=False)
    assert ending(killed) == ending(whole)


#: if has_backbone
def test_a_frozen_backbone_is_resumed_frozen(make_config: Start) -> None:
    from pkg.engine.checkpoint import load

    changes = {"save_every_minutes": MOMENT, "freeze_epochs": 1, "num_epochs": 3}
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    train(whole, resume=False, overwrite=False)
    assert train_until(3, killed) == -signal.SIGKILL
    train(killed, resume=True, overwrite=False)
    assert ending(killed) == ending(whole)
    folder = folder_of(whole)
    weights = [load(folder / f"epoch_{epoch:05}.pt")["model_state_dict"] for epoch in (1, 2)]
    frozen = [weight for weight in weights[0] if weight.startswith("backbone.1.")]
    assert not any(weights[0][name].equal(weights[1][name]) for name in frozen)
    begun = load(folder / "epoch_00001.pt")["optimizer_state_dict"]["state"]
    moved = [x for x in begun.values() if any(value.count_nonzero() for value in x.values())]
    assert len(moved) == 2  # the head's weight and bias alone


#: endif
def test_signals_are_given_back(make_config: Start) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    start(make_config("run"))()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
