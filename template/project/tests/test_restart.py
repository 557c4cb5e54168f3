"""What starting again does to a run that is there: it goes on, stays or is refused."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from interruptions import MOMENT, outcome, train_until

from {{ package_name }} import engine
from {{ package_name }}.checkpoint import BEST, LAST, load
from {{ package_name }}.config import Config
from {{ package_name }}.errors import UserError
from {{ package_name }}.metrics import NAMES
from {{ package_name }}.training import train

Start = Callable[..., Config]


def test_a_finished_run_changes_nothing(
    make_config: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    folder = Path(config.experiment.checkpoint_dir)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    train(config, resume=True, overwrite=False)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert "best epoch" in capsys.readouterr().out


def test_the_best_stays_the_best(make_config: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    config = make_config("run", num_epochs=4, monitor="val_loss", save_every_minutes=MOMENT)
    losses = iter([3.0, 1.0, 2.0])

    def evaluate(*_: object) -> dict[str, float]:
        return dict.fromkeys(NAMES, 0.5) | {"loss": next(losses)}

    monkeypatch.setattr(engine, "evaluate", evaluate)
    assert train_until(11, config) == -signal.SIGKILL  # in the third epoch
    losses = iter([1.0, 1.5])  # as good as the best is not better
    train(config, resume=True, overwrite=False)
    folder = Path(config.experiment.checkpoint_dir)
    best, last = load(folder / BEST), load(folder / LAST)
    assert (best["epoch"], best["val_loss"], last["val_loss"]) == (2, 1.0, 1.5)
    assert (last["progress"]["best"], last["progress"]["bad_epochs"]) == (1.0, 2)


def test_a_damaged_checkpoint_is_never_a_fresh_start(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    folder = Path(config.experiment.checkpoint_dir)
    for path in folder.glob("*.pt"):
        path.write_bytes(path.read_bytes()[:-100])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(UserError, match=r"no checkpoint in .* is whole"):
        train(config, resume=True, overwrite=False)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_nothing_to_resume_is_a_fresh_start(
    make_config: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, killed = make_config("whole"), make_config("killed")
    train(whole, resume=False, overwrite=False)
    assert train_until(3, killed) == -signal.SIGKILL  # before anything was saved
    train(killed, resume=True, overwrite=False)
    assert "starting afresh" in capsys.readouterr().out
    assert outcome(killed) == outcome(whole)


def test_a_run_is_not_written_over_unasked(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    first = outcome(config)
    with pytest.raises(UserError, match=r"experiment\.checkpoint_dir .* not empty: --resume"):
        train(config, resume=False, overwrite=False)
    assert outcome(config) == first
    stray = Path(config.experiment.checkpoint_dir, "stray")
    stray.touch()
    train(config, resume=False, overwrite=True)
    assert outcome(config) == first  # the same seed, to the last bit
    assert not stray.exists()


def test_settings_that_changed_are_named_and_refused_unless_said(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    other = make_config("run", seed=5, batch_size=4)
    before = outcome(config)
    with pytest.raises(UserError, match=r"training\.batch_size 8 to 4, training\.seed 0 to 5"):
        train(other, resume=True, overwrite=False)
    assert outcome(config) == before
    train(make_config("run", patience=7, log_every=3), resume=True, overwrite=False)
    train(other, resume=True, overwrite=False, allow_changes=True)
