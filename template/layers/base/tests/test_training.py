"""A training: what it leaves behind, that it repeats, and that it goes on where it was killed."""

import signal
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from expected import PRIMARY, TRAIN_METRICS, VAL_METRICS
from interruptions import MOMENT
from samples import FIXED
from short_runs import ending, folder_of, last, log_of, run_script, train_until

from pkg.config import Config
from pkg.data import settings
from pkg.engine.checkpoint import BEST, LAST
from pkg.engine.errors import UserError
from pkg.engine.resume import check_changes
from pkg.training import train

Start = Callable[..., Config]


def test_a_run_leaves_what_others_rely_on(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    folder, saved = folder_of(config), last(config)
    names = {path.name for path in folder.iterdir()}
    epochs = {"epoch_00001.pt", "epoch_00002.pt"}
    assert {BEST, LAST, "config.yaml", "metrics.jsonl", "splits.csv"} | epochs <= names
    written = yaml.safe_load((folder / "config.yaml").read_text())
    assert written == saved["config"] == asdict(config)
    keys = {"epoch", "model_state_dict", "optimizer_state_dict", "scheduler_state_dict"}
    keys |= {"config", "data"} | {f"val_{name}" for name in VAL_METRICS}
    assert keys <= saved.keys()
    assert saved["epoch"] == 2


def test_the_log_has_a_line_for_each_update_and_each_epoch(make_config: Start) -> None:
    config = make_config("run", log_every=2)
    train(config, resume=False, overwrite=False)
    lines = log_of(config)
    updates = [line for line in lines if "train/loss" in line]
    epochs = [line for line in lines if f"epoch/val_{PRIMARY}" in line]
    assert [line["step"] for line in updates] == [2, 4, 6, 8]
    assert [line["step"] for line in epochs] == [0, 1]
    names = {"learning_rate", "gradient_norm", *TRAIN_METRICS}
    assert {f"train/{name}" for name in names} <= updates[0].keys()
    wanted = {f"epoch/train_{name}" for name in TRAIN_METRICS}
    wanted |= {f"epoch/val_{name}" for name in VAL_METRICS}
    assert epochs[0].keys() == {"step", "epoch/learning_rate", *wanted}


def test_the_same_seed_gives_the_same_numbers_to_the_last_bit(make_config: Start) -> None:
    logs = []
    for run, seed in (("one", 3), ("two", 3), ("three", 4)):
        config = make_config(run, seed=seed)
        train(config, resume=False, overwrite=False)
        logs.append(log_of(config))
    assert logs[0] == logs[1]
    assert logs[0] != logs[2]


def test_killed_in_the_middle_and_resumed_is_the_same_run(make_config: Start) -> None:
    changes = {"save_every_minutes": MOMENT}
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    train(whole, resume=False, overwrite=False)
    assert train_until(5, killed) == -signal.SIGKILL
    train(killed, resume=True, overwrite=False)
    assert ending(killed) == ending(whole)


def test_a_run_is_not_written_over_unasked(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    first = ending(config)
    with pytest.raises(UserError, match=r"experiment\.checkpoint_dir .* not empty: --resume"):
        train(config, resume=False, overwrite=False)
    assert ending(config) == first


@pytest.mark.parametrize("name", FIXED)
def test_what_a_run_has_settled_cannot_be_changed(make_config: Start, name: str) -> None:
    before, now = (asdict(make_config("run", **x)) for x in ({}, {name: FIXED[name]}))
    rules: Any = {"may_change": settings.MAY_CHANGE, "fixed": settings.FIXED}
    with pytest.raises(UserError, match=rf"data\.{name} .*: undo that$"):
        check_changes(now, before, allowed=True, **rules)


def test_rules_for_changes_name_settings_that_exist(make_config: Start) -> None:
    known = vars(make_config("run").data).keys()
    assert known >= settings.MAY_CHANGE | settings.FIXED
    assert {*FIXED} <= settings.FIXED


def test_the_script_refuses_a_folder_in_use(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], make_config: Start
) -> None:
    Path("used").mkdir()
    Path("used/notes.txt").write_text("mine")
    config = asdict(make_config("run", checkpoint_dir="used"))
    Path("mine.yaml").write_text(yaml.safe_dump(config))
    assert run_script(monkeypatch, "train.py", "--config", "mine.yaml") == 2
    assert "used is not empty: --resume goes on" in capsys.readouterr().err
    assert [path.name for path in Path("used").iterdir()] == ["notes.txt"]
