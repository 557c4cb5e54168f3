"""What happens around updates: logs, and reasons to end."""

from collections.abc import Callable

import pytest
from expected import PRIMARY
from short_runs import folder_of, last, log_of

from pkg.config import Config
from pkg.engine.checkpoint import BEST
from pkg.engine.errors import UserError
from pkg.task.metrics import Metrics
from pkg.training import train

Start = Callable[..., Config]


def test_accumulation_sees_the_same_samples_in_fewer_updates(make_config: Start) -> None:
    config = make_config("run", batch_size=4, accumulation_steps=3, num_epochs=1)
    train(config, resume=False, overwrite=False)
    assert last(config)["progress"]["step"] == 3  # 30 samples: 12, 12 and 6


def test_patience_ends_a_run(make_config: Start, capsys: pytest.CaptureFixture[str]) -> None:
    changes = {"early_stopping": True, "patience": 2, "min_delta": 1e9, "num_epochs": 9}
    config = make_config("run", **changes)
    train(config, resume=False, overwrite=False)
    assert last(config)["epoch"] == 3  # the first is the best; two more were given a chance
    assert last(config)["progress"]["best_epoch"] == 1
    assert "has not improved for 2 epochs" in capsys.readouterr().out
    train(config, resume=True, overwrite=False)
    assert last(config)["epoch"] == 3


def test_a_plateau_halves_the_learning_rate(make_config: Start) -> None:
    changes = {"lr_scheduler": "plateau", "min_delta": 1e9, "num_epochs": 6, "warmup_epochs": 0.0}
    config = make_config("run", **changes)
    train(config, resume=False, overwrite=False)
    lines = log_of(config)
    rates = [line["epoch/learning_rate"] for line in lines if "epoch/learning_rate" in line]
    assert rates[0] == pytest.approx(config.training.learning_rate)
    assert rates[-1] == pytest.approx(rates[0] / 2)


def test_without_a_monitor_the_latest_is_the_best(make_config: Start) -> None:
    config = make_config("run", monitor=None)
    train(config, resume=False, overwrite=False)
    assert (folder_of(config) / BEST).exists()
    progress = last(config)["progress"]
    assert (progress["best"], progress["bad_epochs"]) == (None, 0)


def test_a_target_is_watched_and_can_end_a_run(
    make_config: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    value = -1e9 if Metrics.higher_is_better[PRIMARY] else 1e9  # which anything is better than
    changes = {"target_metric": PRIMARY, "target_value": value, "stop_at_target": True}
    config = make_config("run", **changes)
    train(config, resume=False, overwrite=False)
    assert last(config)["epoch"] == 1
    assert f"target {PRIMARY} {value} reached" in capsys.readouterr().out


def test_time_that_is_over_ends_a_run_with_its_checkpoint(make_config: Start) -> None:
    config = make_config("run", max_training_time_hours=1e-9)
    train(config, resume=False, overwrite=False)
    assert last(config)["progress"]["step"] == 1
    assert (folder_of(config) / BEST).exists()


def test_metrics_that_this_task_does_not_have_are_refused(make_config: Start) -> None:
    with pytest.raises(UserError, match=r"training\.monitor 'val_bleu' is none of"):
        train(make_config("run", monitor="val_bleu"), resume=False, overwrite=False)
    target = {"target_metric": "bleu", "target_value": 1.0}
    with pytest.raises(UserError, match=r"training\.target_metric 'bleu' is none of"):
        train(make_config("run", **target), resume=False, overwrite=False)
    assert not folder_of(make_config("run")).exists()


def test_progress_is_told_where_there_is_no_terminal(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pkg.engine import callbacks

    monkeypatch.setattr(callbacks, "PLAIN_SECONDS", -1)
    train(make_config("run", num_epochs=1), resume=False, overwrite=False)
    printed = capsys.readouterr().out
    assert "update 1 of 4  loss " in printed
    assert "update 4 of 4  loss " in printed
