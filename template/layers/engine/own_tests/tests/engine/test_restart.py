"""What starting again does to a run that is there: it goes on, stays or is refused."""

import errno
import math
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from expected import VAL_METRICS
from interruptions import MOMENT
from short_runs import ending, folder_of, last, train_until

from pkg.config import Config
from pkg.engine import loop
from pkg.engine.checkpoint import BEST, LAST, load
from pkg.engine.errors import UserError
from pkg.task.metrics import Metrics
from pkg.training import train

Start = Callable[..., Config]
HALF = dict.fromkeys(VAL_METRICS, 0.5)
WATCHED = VAL_METRICS[0]


def pretend(monkeypatch: pytest.MonkeyPatch, *losses: float) -> None:
    """Let validations measure these, one after the other; where more is better, their negatives."""
    values = map(as_watched, losses)
    monkeypatch.setattr(loop, "evaluate", lambda *_: HALF | {WATCHED: next(values)})


def as_watched(loss: float) -> float:
    """Return what the watched metric is where the loss is this."""
    return -loss if Metrics.higher_is_better[WATCHED] else loss


def test_a_finished_run_changes_nothing(
    make_config: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    folder = folder_of(config)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    train(config, resume=True, overwrite=False)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert "best epoch" in capsys.readouterr().out


def test_the_best_stays_the_best(make_config: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"val_{WATCHED}"
    config = make_config("run", num_epochs=4, monitor=name, save_every_minutes=MOMENT)
    pretend(monkeypatch, 3.0, 1.0, 2.0)
    assert train_until(11, config) == -signal.SIGKILL  # in the third epoch
    pretend(monkeypatch, 1.0, 1.5)  # as good as the best is not better
    train(config, resume=True, overwrite=False)
    best, newest = load(folder_of(config) / BEST), last(config)
    assert best["epoch"] == 2
    assert [saved[name] for saved in (best, newest)] == [as_watched(1.0), as_watched(1.5)]
    assert newest["progress"]["best"] == as_watched(1.0)
    assert newest["progress"]["bad_epochs"] == 2


def test_a_damaged_checkpoint_is_never_a_fresh_start(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    folder = folder_of(config)
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
    assert ending(killed) == ending(whole)


def test_a_run_is_not_written_over_unasked(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    first = ending(config)
    with pytest.raises(UserError, match=r"experiment\.checkpoint_dir .* not empty: --resume"):
        train(config, resume=False, overwrite=False)
    assert ending(config) == first
    stray = folder_of(config) / "stray"
    stray.touch()
    train(config, resume=False, overwrite=True)
    assert ending(config) == first  # the same seed, to the last bit
    assert not stray.exists()


def test_settings_that_changed_are_named_and_refused_unless_allowed(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    other = make_config("run", seed=5, batch_size=4)
    before = ending(config)
    with pytest.raises(UserError, match=r"training\.batch_size 8 to 4, training\.seed 0 to 5"):
        train(other, resume=True, overwrite=False)
    assert ending(config) == before
    train(make_config("run", patience=7, log_every=3), resume=True, overwrite=False)
    train(make_config("run", max_unreadable=0.05), resume=True, overwrite=False)  # as errors advise
    train(other, resume=True, overwrite=False, allow_changes=True)


def test_a_number_is_better_than_none(make_config: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {"target_metric": WATCHED, "target_value": 0.0, "monitor": f"val_{WATCHED}"}
    config = make_config("run", num_epochs=4, **changes)
    pretend(monkeypatch, math.nan, 3.0, math.nan, 2.0)
    train(config, resume=False, overwrite=False)
    progress = last(config)["progress"]
    assert progress["best"] == progress["target_best"] == as_watched(2.0)
    assert progress["best_epoch"] == 4


def test_a_learning_rate_that_was_changed_counts(make_config: Start) -> None:
    before = make_config("run", lr_scheduler="plateau", warmup_epochs=0.0)
    train(before, resume=False, overwrite=False)
    changes = {"learning_rate": 1e-5, "weight_decay": 0.5, "num_epochs": 3}
    config = make_config("run", lr_scheduler="plateau", warmup_epochs=0.0, **changes)
    train(config, resume=True, overwrite=False, allow_changes=True)
    groups = last(config)["optimizer_state_dict"]["param_groups"]
    assert [group["lr"] for group in groups] == pytest.approx([1e-5, 1e-5])
    assert [group["weight_decay"] for group in groups] == [0.5, 0.0]


def test_another_metric_begins_anew(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = VAL_METRICS[:2]
    monkeypatch.setattr(loop, "evaluate", lambda *_: HALF | {one: 0.1})
    first = {"num_epochs": 1, "monitor": f"val_{one}", "target_metric": one, "target_value": 0.05}
    train(make_config("run", **first), resume=False, overwrite=False)
    then = {"num_epochs": 2, "monitor": f"val_{other}", "target_metric": other}
    config = make_config("run", **then, target_value=0.5)
    train(config, resume=True, overwrite=False, allow_changes=True)
    progress = last(config)["progress"]
    assert (progress["best"], progress["best_epoch"], progress["target_best"]) == (0.5, 2, 0.5)
    assert f"target {other} 0.5 reached: 0.5000 at best" in capsys.readouterr().out


def test_a_schedule_ends_with_the_run_at_another_batch_size(make_config: Start) -> None:
    changes = {"lr_scheduler": "cosine", "warmup_epochs": 0.0}
    train(make_config("run", **changes), resume=False, overwrite=False)
    config = make_config("run", **changes, batch_size=4, num_epochs=3)
    train(config, resume=True, overwrite=False, allow_changes=True)
    assert last(config)["optimizer_state_dict"]["param_groups"][0]["lr"] < 1e-9


def test_an_optimizer_cannot_be_changed(make_config: Start) -> None:
    train(make_config("run", optimizer="sgd"), resume=False, overwrite=False)
    with pytest.raises(UserError, match=r"training\.optimizer 'sgd' to 'adamw': undo that$"):
        train(make_config("run", optimizer="adamw"), True, False, allow_changes=True)


def test_more_patience_takes_a_finished_run_up_again(
    make_config: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, 1.0, 2.0, 3.0, 0.5, 0.4)
    changes = {"num_epochs": 5, "monitor": f"val_{WATCHED}", "early_stopping": True}
    epochs = []
    for patience, resume in ((2, False), (2, True), (3, True)):
        config = make_config("run", patience=patience, **changes)
        train(config, resume=resume, overwrite=False)
        epochs.append(last(config)["epoch"])
    assert epochs == [3, 3, 5]


#: if has_backbone
def test_a_resume_needs_no_pretrained_weights(
    make_config: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typing import Any

    from pkg import training

    config, asked = make_config("run", pretrained=True), list[bool]()
    build = vars(training)["build_model"]

    def note(*arguments: Any, **options: Any) -> Any:
        asked.append(options["pretrained"])
        return build(*arguments, **options)

    monkeypatch.setattr(training, "build_model", note)
    for resume in (False, True):
        train(config, resume, overwrite=False)
    assert (asked, last(config)["config"]["model"]["pretrained"]) == ([True, False], True)


#: endif
def test_a_link_stays_one_and_a_mount_is_refused(
    make_config: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config("run")
    folder = folder_of(config)
    folder.parent.mkdir()
    Path("scratch").mkdir()
    folder.symlink_to(Path("scratch").resolve())
    for overwrite in (False, True, True):
        train(config, resume=False, overwrite=overwrite)
        assert folder.is_symlink()
        assert Path("scratch", LAST).exists()

    def busy(*_: object) -> None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    monkeypatch.setattr(Path, "rename", busy)
    with pytest.raises(UserError, match=r"experiment\.checkpoint_dir: .*scratch cannot be used"):
        train(config, resume=False, overwrite=True)
    assert Path("scratch", LAST).exists()
