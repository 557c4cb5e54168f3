"""One epoch end to end, through the script: what it writes, refuses and repeats."""

import json
#: if data_source in ("bundled", "custom")
import os
#: endif
import runpy
#: if data_source in ("bundled", "custom")
import subprocess
#: endif
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from pkg.engine.checkpoint import BEST, LAST, load
from pkg.engine.resume import check_changes
from pkg.config import Config
from pkg.engine.errors import UserError
from pkg.task.metrics import NAMES, Metrics
from pkg.training import train

ROOT = Path(__file__).parents[1]
SMOKE = ROOT / "configs" / "smoke.yaml"
Start = Callable[..., Config]


def figures(folder: Path) -> list[dict[str, float]]:
    """Read the log of a run, without what was measured with a clock."""
    lines = map(json.loads, (folder / "metrics.jsonl").read_text().splitlines())
    return [{k: v for k, v in line.items() if not k.startswith("perf/")} for line in lines]


def run_script(monkeypatch: pytest.MonkeyPatch, *flags: str) -> int:
    """Run train.py with flags in this process; return its exit code."""
    monkeypatch.setattr(sys, "argv", ["train.py", *flags])
    try:
        runpy.run_path(str(ROOT / "train.py"), run_name="__main__")
    except SystemExit as end:
        return int(end.code or 0)
    return 0
#: if data_source in ("bundled", "custom")


def test_the_script_trains_on_real_data(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "train.py"), "--config", str(SMOKE)]
    command += ["--training.device", "cpu"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    folder = Path(yaml.safe_load(SMOKE.read_text())["experiment"]["checkpoint_dir"])
    names = {path.name for path in (tmp_path / folder).iterdir()}
    assert {BEST, LAST, "config.yaml", "metrics.jsonl", "splits.csv"} <= names
    assert load(tmp_path / folder / LAST)["progress"]["step"] > 0
#: endif


def test_a_run_leaves_what_others_rely_on(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    folder = Path(config.experiment.checkpoint_dir)
    names = {path.name for path in folder.iterdir()}
    epochs = {"epoch_00001.pt", "epoch_00002.pt"}
    assert {BEST, LAST, "config.yaml", "metrics.jsonl", "splits.csv"} | epochs <= names
    written = yaml.safe_load((folder / "config.yaml").read_text())
    assert written == load(folder / LAST)["config"]
    assert written["training"]["batch_size"] == 8


def test_the_log_has_a_line_for_each_update_and_each_epoch(make_config: Start) -> None:
    config = make_config("run", log_every=2)
    train(config, resume=False, overwrite=False)
    lines = figures(Path(config.experiment.checkpoint_dir))
    updates = [line for line in lines if "train/loss" in line]
    epochs = [line for line in lines if "epoch/val_loss" in line]
    assert [line["step"] for line in updates] == [2, 4, 6, 8]
    assert [line["step"] for line in epochs] == [0, 1]
    assert {"train/accuracy", "train/learning_rate", "train/gradient_norm"} <= updates[0].keys()
    wanted = {f"epoch/{part}_{name}" for part in ("train", "val") for name in NAMES}
    wanted |= {"epoch/train_accuracy", "epoch/val_accuracy", "epoch/learning_rate"}
    assert wanted <= epochs[0].keys()
    for line in epochs:
        assert line["epoch/val_accuracy"] == line[f"epoch/val_{Metrics.primary}"]


def test_the_same_seed_gives_the_same_figures_to_the_last_bit(make_config: Start) -> None:
    logs = []
    for run, seed in (("one", 3), ("two", 3), ("three", 4)):
        config = make_config(run, seed=seed)
        train(config, resume=False, overwrite=False)
        logs.append(figures(Path(config.experiment.checkpoint_dir)))
    assert logs[0] == logs[1]
    assert logs[0] != logs[2]


def test_accumulation_sees_the_same_samples_in_fewer_updates(make_config: Start) -> None:
    config = make_config("run", batch_size=4, accumulation_steps=3, num_epochs=1)
    train(config, resume=False, overwrite=False)
    progress = load(Path(config.experiment.checkpoint_dir, LAST))["progress"]
    assert progress["step"] == 3  # 30 samples: 12, 12 and 6


def test_patience_ends_a_run(make_config: Start, capsys: pytest.CaptureFixture[str]) -> None:
    changes = {"early_stopping": True, "patience": 2, "min_delta": 1e9, "num_epochs": 9}
    config = make_config("run", **changes)
    train(config, resume=False, overwrite=False)
    saved = load(Path(config.experiment.checkpoint_dir, LAST))
    assert saved["epoch"] == 3  # the first is the best; two more were given a chance
    assert saved["progress"]["best_epoch"] == 1
    assert "has not improved for 2 epochs" in capsys.readouterr().out
    train(config, resume=True, overwrite=False)
    assert load(Path(config.experiment.checkpoint_dir, LAST))["epoch"] == 3


def test_a_plateau_halves_the_learning_rate(make_config: Start) -> None:
    changes = {"lr_scheduler": "plateau", "min_delta": 1e9, "num_epochs": 6, "warmup_epochs": 0.0}
    config = make_config("run", **changes)
    train(config, resume=False, overwrite=False)
    lines = figures(Path(config.experiment.checkpoint_dir))
    rates = [line["epoch/learning_rate"] for line in lines if "epoch/learning_rate" in line]
    assert rates[0] == pytest.approx(config.training.learning_rate)
    assert rates[-1] == pytest.approx(rates[0] / 2)


def test_a_target_is_watched_and_can_end_a_run(
    make_config: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {"target_metric": "loss", "target_value": 1e9, "stop_at_target": True}
    config = make_config("run", **changes)
    train(config, resume=False, overwrite=False)
    assert load(Path(config.experiment.checkpoint_dir, LAST))["epoch"] == 1
    assert "target loss 1000000000.0 reached" in capsys.readouterr().out


def test_time_that_is_over_ends_a_run_with_its_checkpoint(make_config: Start) -> None:
    config = make_config("run", max_training_time_hours=1e-9)
    train(config, resume=False, overwrite=False)
    folder = Path(config.experiment.checkpoint_dir)
    assert load(folder / LAST)["progress"]["step"] == 1
    assert (folder / BEST).exists()


def test_figures_that_this_task_does_not_have_are_refused(make_config: Start) -> None:
    with pytest.raises(UserError, match=r"training\.monitor 'val_bleu' is none of"):
        train(make_config("run", monitor="val_bleu"), resume=False, overwrite=False)
    target = {"target_metric": "bleu", "target_value": 1.0}
    with pytest.raises(UserError, match=r"training\.target_metric 'bleu' is none of"):
        train(make_config("run", **target), resume=False, overwrite=False)
    assert not Path("run").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"split_seed": 99},
        {"train_val_test_split": [0.5, 0.25, 0.25]},
        #: if family == "image"
        {"normalization_mean": [0.5] * {{ input_shape[0] }}},
        #: else
        {"ignored_columns": ["length"]},
        #: endif
    ],
)
def test_what_a_run_has_settled_cannot_be_changed(
    make_config: Start, change: dict[str, Any]
) -> None:
    before, now = (asdict(make_config("run", **changes)) for changes in ({}, change))
    with pytest.raises(UserError, match=rf"data\.{next(iter(change))} .*: undo that$"):
        check_changes(now, before, allowed=True)


def test_the_script_refuses_a_folder_in_use(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("used").mkdir()
    Path("used/notes.txt").write_text("mine")
    flags = ["--config", str(SMOKE), "--experiment.checkpoint_dir", "used"]
    assert run_script(monkeypatch, *flags, "--training.device", "cpu") == 2
    assert "used is not empty: --resume goes on" in capsys.readouterr().err
    assert [path.name for path in Path("used").iterdir()] == ["notes.txt"]


@pytest.mark.gpu
def test_a_gpu_resumes_with_the_same_bits_where_asked_to(make_config: Start) -> None:
    changes = {"device": "cuda", "deterministic": True, "mixed_precision": True}
    whole, parts = make_config("whole", **changes), make_config("parts", **changes)
    train(whole, resume=False, overwrite=False)
    train(make_config("parts", **changes, max_training_time_hours=1e-9), False, False)
    assert load(Path(parts.experiment.checkpoint_dir, LAST))["progress"]["step"] == 1
    train(parts, resume=True, overwrite=False)
    saved = [load(Path(each.experiment.checkpoint_dir, LAST)) for each in (whole, parts)]
    assert saved[0]["progress"]["step"] == saved[1]["progress"]["step"] == 8
    weights = [content["model_state_dict"] for content in saved]
    assert all(weight.isfinite().all() for weight in weights[0].values())
    torch.testing.assert_close(weights[0], weights[1], rtol=0, atol=0)
