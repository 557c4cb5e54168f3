"""evaluate.py, predict.py and validate.py: what they write is what the model said."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from counted import HIGHER_IS_BETTER
from expected import PRIMARY, metric_of, numbers_of, said
from samples import write_inputs
from short_runs import ROOT, folder_of, run_script
from torch import nn

from pkg.config import Config
from pkg.engine.checkpoint import BEST
from pkg.engine.errors import UserError
from pkg.fields import each
from pkg.inference import (
    load_trained,
    make_report,
    open_split,
    predict_split,
)
from pkg.task.objective import Objective, build_objective
from pkg.training import train

CPU = torch.device("cpu")
Start = Callable[..., Config]


@pytest.fixture
def config(make_config: Start) -> Config:
    """Train for two short epochs; return the settings of that."""
    config = make_config("run", target_metric=PRIMARY, target_value=1e-9)
    train(config, resume=False, overwrite=False)
    return config


def best(config: Config) -> Path:
    return folder_of(config) / BEST


def answers(config: Config, split: str) -> tuple[Any, Any]:
    """Return outputs and targets of a split, on the way that evaluate.py takes."""
    model, saved, info = load_trained(best(config), CPU)
    loader = open_split(saved.data, info, split, folder_of(config) / "splits.csv", CPU)
    objective = build_objective(saved.task, info, CPU)
    return predict_split(model, objective, loader.batches())


@pytest.mark.parametrize("name", ["train.py", "evaluate.py", "predict.py", "validate.py"])
def test_each_script_explains_itself(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_script(monkeypatch, name, "--help") == 0
    assert f"python {name}" in capsys.readouterr().out


def test_help_is_there_before_torch_is() -> None:
    names = ["train.py", "evaluate.py", "predict.py", "validate.py"]
    script = f"""
import runpy, sys
for name in {names}:
    sys.argv = [name, "--help"]
    try:
        runpy.run_path(name, run_name="__main__")
    except SystemExit:
        assert "torch" not in sys.modules, name
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def test_the_model_comes_back_from_the_checkpoint_alone(config: Config) -> None:
    model, saved, _ = load_trained(best(config), CPU)
    assert (saved, model.training) == (config, False)
    weights = torch.load(best(config), weights_only=True)
    expected = weights["model_state_dict"]["head.1.weight"]
    #: if ema
    expected = weights["ema_state_dict"]["module.head.1.weight"]
    #: endif
    torch.testing.assert_close(model.state_dict()["head.1.weight"], expected)


#: if ema
def test_a_checkpoint_from_before_the_average_serves(config: Config) -> None:
    saved = torch.load(best(config), weights_only=True)
    del saved["ema_state_dict"]
    torch.save(saved, "before.pt")
    model, _, _ = load_trained(Path("before.pt"), CPU)
    expected = saved["model_state_dict"]["head.1.weight"]
    torch.testing.assert_close(model.state_dict()["head.1.weight"], expected)


#: endif
def test_a_checkpoint_with_other_settings_is_named(config: Config) -> None:
    saved = torch.load(best(config), weights_only=True)
    saved["config"]["training"]["unheard_of"] = 1
    torch.save(saved, "other.pt")
    with pytest.raises(UserError, match=r"^other\.pt is of a project .*unheard_of"):
        load_trained(Path("other.pt"), CPU)


def test_the_report_counts_what_the_model_says(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--checkpoint", best(config), "--json", "report.json", "--png", "report.png"]
    assert run_script(monkeypatch, "evaluate.py", *arguments) == 0
    report = json.loads(Path("report.json").read_text())
    outputs, targets = answers(config, "test")
    name, value = metric_of(outputs, targets)
    found = report["metrics"][name]
    assert found["value"] == pytest.approx(value)
    assert found["interval"][0] <= found["value"] <= found["interval"][1]
    assert f"{found['value']:.4f}" in capsys.readouterr().out
    assert (report["samples"], report["draws"], report["split"]) == (10, 1000, "test")
    assert report["sha256"] == sha256(best(config).read_bytes()).hexdigest()
    assert len(report["per_output"]) == len(load_trained(best(config), CPU)[2].output_names)
    above = report["metrics"][PRIMARY]["value"] >= 1e-9
    assert report["target"]["met"] is (above == HIGHER_IS_BETTER[PRIMARY])
    assert Path("report.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("option", ["--json", "--png"])
def test_what_cannot_be_written_is_named(
    config: Config,
    option: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--checkpoint", best(config), option, "nowhere/report"]
    assert run_script(monkeypatch, "evaluate.py", *arguments) == 2
    assert "nowhere/report cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["evaluate.py", "predict.py"])
def test_a_device_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    inputs = ["input"] if name == "predict.py" else []
    assert run_script(monkeypatch, name, *inputs, "--device", "abacus") == 2
    assert capsys.readouterr().err.startswith("error: --device 'abacus' cannot be used: ")


def test_the_checkpoint_is_that_of_config_yaml_unless_another_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("configs").mkdir()
    Path("configs/config.yaml").write_text("experiment: {checkpoint_dir: elsewhere}")
    assert run_script(monkeypatch, "evaluate.py") == 2
    assert f"no checkpoint at {Path('elsewhere', BEST).resolve()}" in capsys.readouterr().err


def test_any_split_can_be_evaluated(config: Config) -> None:
    splits = ("train", "val", "test", "all")
    sizes = [len([*each(answers(config, split)[0])]) for split in splits]
    assert sizes == [30, 10, 10, 50]
    torch.testing.assert_close(answers(config, "train"), answers(config, "train"))


def test_intervals_cover_and_repeat(config: Config) -> None:
    _, saved, info = load_trained(best(config), CPU)
    objective = build_objective(saved.task, info, CPU)
    outputs, targets = answers(config, "all")
    report = make_report(outputs, targets, info.output_names, objective, saved.training)
    for metric in report["metrics"].values():
        low, high = metric["interval"]
        assert low <= metric["value"] <= high
    again = make_report(outputs, targets, info.output_names, objective, saved.training)
    assert report == again


def test_predictions_are_those_of_the_evaluation(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = write_inputs(config.data, 12)
    arguments = [*inputs, "--checkpoint", best(config), "--batch_size", 5]
    assert run_script(monkeypatch, "predict.py", *arguments, "--output", "out.jsonl") == 0
    records = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    found = [numbers_of(record) for record in records]
    expected = said(answers(config, "all")[0], load_trained(best(config), CPU)[2])
    for one, other in zip(found, expected[:12], strict=True):
        assert one == pytest.approx(other, rel=1e-4, abs=1e-5)
    assert run_script(monkeypatch, "predict.py", *arguments, "--output", "out.csv") == 0
    with open("out.csv", newline="", encoding="utf-8") as file:
        rows = [numbers_of(row) for row in csv.DictReader(file)]  # of an input, or of a part of it
    assert [*chain(*rows)] == [*chain(*found)]


def test_what_cannot_be_read_is_reported(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = write_inputs(config.data, 12)
    capsys.readouterr()
    Path("bad.png").write_text("no image")
    arguments = ["--checkpoint", best(config), "bad.png"]
    assert run_script(monkeypatch, "predict.py", *arguments, *inputs) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [set(record) for record in records if record["input"] == "bad.png"] == [
        {"input", "error"}
    ]
    assert len(records) == 13
    assert run_script(monkeypatch, "predict.py", *arguments) == 2


@pytest.mark.parametrize("code", [0, 1])
def test_validation_measures_and_reports(
    config: Config, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("configs").mkdir()
    Path("configs/config.yaml").write_text(yaml.safe_dump(asdict(config)))

    def pretend(command: list[str], **_: object) -> "subprocess.CompletedProcess[str]":
        logs = Path(command[-1])  # training itself has tests of its own
        logs.mkdir()
        (logs / "events.out").touch()
        return subprocess.CompletedProcess(command, code, "what went wrong", "")

    monkeypatch.setattr(subprocess, "run", pretend)
    assert run_script(monkeypatch, "validate.py", "--no-tests", "--json", "out.json") == code
    report = json.loads(Path("out.json").read_text())
    checks, metrics = report["validation"], report["metrics"]
    #: if tensorboard_enabled
    assert checks["tensorboard_logs_generated"] is True
    #: endif
    names = ("model_loads", "forward_pass_works", "backward_pass_works")
    assert [checks[name] for name in names] == [True] * 3
    assert checks["training_loop_runs"] is (code == 0)
    assert checks["tests_pass"] is None
    assert len(report["errors"]) == code

    model: Any
    model, _, info = load_trained(best(config), CPU)
    count = sum(weight.numel() for weight in model.parameters())
    assert report["model_architecture"]["num_parameters"] == count
    manifest = folder_of(config) / "splits.csv"
    batch = open_split(config.data, info, "train", manifest, CPU).peek(1)
    shape = report["model_architecture"]["input_shape"]
    [outputs] = each(model(torch.zeros(1, *shape, dtype=batch.inputs.dtype)))
    first = outputs if isinstance(outputs, torch.Tensor) else outputs[0]
    assert report["model_architecture"]["output_shape"] == [*first.shape]
    assert (ROOT / report["model_architecture"]["path"]).is_file()
    objective = build_objective(config.task, info, CPU)
    assert repr(metrics["flops"]) == str(operations(model, objective, batch))
    assert metrics["estimated_training_time_hours"] > 0
    assert metrics["estimated_inference_time_ms"] > 0


def operations(model: nn.Module, objective: Objective, batch: Any) -> int:
    """Count a product and a sum for each weight of a linear layer and each row that it sees."""
    found = list[int]()

    def count(layer: Any, inputs: tuple[torch.Tensor], _: Any) -> None:
        found.append(2 * inputs[0].shape[:-1].numel() * layer.weight.numel())

    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            layer.register_forward_hook(count)
    objective(model, batch)
    return sum(found)


@pytest.mark.parametrize("code", [0, 2])
def test_validation_says_what_stops_it(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess([], code, "", "no such file")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert run_script(monkeypatch, "validate.py", "--json", "out.json") == 1
    report = json.loads(Path("out.json").read_text())
    assert report["validation"]["model_loads"] is None  # there are no settings to build it from
    assert set(report["metrics"].values()) == {None}
    assert len(report["errors"]) == (3 if code else 1)
