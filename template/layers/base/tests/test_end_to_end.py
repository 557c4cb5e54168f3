"""From settings to predictions, through the scripts."""

import csv
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
import yaml
from expected import PRIMARY
from samples import write_inputs
from short_runs import run_script

from pkg.config import Config

Start = Callable[..., Config]


#: if data_source in ("bundled", "custom")
def test_the_smoke_settings_train_on_the_data_that_are_there(tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    from short_runs import ROOT

    from pkg.engine.settings import ExperimentSettings

    flags = ["--config", str(ROOT / "configs" / "smoke.yaml"), "--training.device", "cpu"]
    flags += ["--experiment.checkpoint_dir", "here"]
    if hasattr(ExperimentSettings(), "tensorboard_log_dir"):
        flags += ["--experiment.tensorboard_log_dir", "logs"]
    # What was answered may be about data of one's own, which are not in custom.py yet.
    given = yaml.safe_load((ROOT / "configs" / "smoke.yaml").read_text())["data"]
    for name in {"target_columns", "class_names", "num_outputs"} & given.keys():
        flags += [f"--data.{name}", "null"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(ROOT / "train.py"), *flags]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    names = {path.name for path in (tmp_path / "here").iterdir()}
    assert {"best_model.pt", "last.pt", "config.yaml", "metrics.jsonl", "splits.csv"} <= names


#: endif
def test_train_evaluate_and_predict(make_config: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    config = make_config("run")
    Path("mine.yaml").write_text(yaml.safe_dump(asdict(config)))
    assert run_script(monkeypatch, "train.py", "--config", "mine.yaml") == 0
    best = Path(config.experiment.checkpoint_dir, "best_model.pt")
    options = ["--checkpoint", best, "--json", "report.json"]
    assert run_script(monkeypatch, "evaluate.py", *options) == 0
    assert PRIMARY in json.loads(Path("report.json").read_text())["metrics"]
    inputs = write_inputs(config.data, 5)
    options = ["--checkpoint", best, "--output", "predictions.csv"]
    assert run_script(monkeypatch, "predict.py", *inputs, *options) == 0
    with Path("predictions.csv").open(newline="") as file:
        assert len({row["input"] for row in csv.DictReader(file)}) == 5
