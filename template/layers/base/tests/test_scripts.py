"""evaluate.py, predict.py and validate.py: what they write is what the model said."""

import csv
import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from torch import Tensor

from pkg import inference, training
from pkg.config import Config
from pkg.data import dataloader
from pkg.engine.errors import UserError
from pkg.inference import infer, load_trained, make_report, open_split
from pkg.training import build_objective, train

ROOT = Path(__file__).parents[1]
CPU = torch.device("cpu")
Start = Callable[..., Config]


@pytest.fixture
def config(make_config: Start, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Train for two short epochs; return the settings of that."""
    config = make_config("run", target_metric="{{ primary_metric }}", target_value=1e-9)
    train(config, resume=False, overwrite=False)
    monkeypatch.setattr(inference, "build_model", vars(training)["build_model"])
    return config


def best(config: Config) -> Path:
    return Path(config.experiment.checkpoint_dir) / "best_model.pt"


def run_script(monkeypatch: pytest.MonkeyPatch, name: str, *arguments: object) -> int:
    """Run a script in this process; return its exit code."""
    monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
    try:
        runpy.run_path(str(ROOT / name), run_name="__main__")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def answers(config: Config, split: str) -> tuple[Tensor, Tensor]:
    """Return outputs and targets of a split, on the way that evaluate.py takes."""
    model, saved, info = load_trained(best(config), CPU)
    manifest = best(config).parent / "splits.csv"
    return infer(model, open_split(saved.data, info, split, manifest, CPU).batches())


def test_the_model_comes_back_from_the_checkpoint_alone(config: Config) -> None:
    model, saved, _ = load_trained(best(config), CPU)
    assert (saved, model.training) == (config, False)
    weights = torch.load(best(config), weights_only=True)
    #: if ema
    expected = weights["ema_state_dict"]["module.head.1.weight"]
    #: else
    expected = weights["model_state_dict"]["head.1.weight"]
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
    #: if objective == "single_label"
    expected = ("accuracy", (outputs.argmax(1) == targets).float().mean())
    #: elif objective == "multi_label"
    expected = ("accuracy", ((outputs > 0) == (targets > 0)).float().mean())
    #: else
    expected = ("mse", (outputs - targets).square().mean())
    #: endif
    figure = report["metrics"][expected[0]]
    assert figure["value"] == pytest.approx(float(expected[1]))
    assert figure["interval"][0] <= figure["value"] <= figure["interval"][1]
    assert f"{figure['value']:.4f}" in capsys.readouterr().out
    assert (report["samples"], report["draws"], report["split"]) == (10, 1000, "test")
    assert report["sha256"] == sha256(best(config).read_bytes()).hexdigest()
    assert len(report["per_output"]) == outputs.shape[1]
    value = report["metrics"]["{{ primary_metric }}"]["value"]
    assert report["target"]["met"] is (value >= 1e-9)
    assert Path("report.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("option", ["--json", "--png"])
def test_what_cannot_be_written_is_said(
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


def test_any_split_can_be_evaluated(config: Config) -> None:
    sizes = [len(answers(config, split)[0]) for split in ("train", "val", "test", "all")]
    assert sizes == [30, 10, 10, 50]
    torch.testing.assert_close(answers(config, "train"), answers(config, "train"))


def test_intervals_cover_and_repeat(config: Config) -> None:
    _, saved, info = load_trained(best(config), CPU)
    objective = build_objective(saved.training, info, CPU)
    outputs, targets = answers(config, "all")
    report = make_report(outputs, targets, info.output_names, objective, saved.training)
    for figure in report["metrics"].values():
        low, high = figure["interval"]
        assert low <= figure["value"] <= high
    again = make_report(outputs, targets, info.output_names, objective, saved.training)
    assert report == again


@pytest.fixture
def inputs(config: Config) -> list[str]:
    """Write the first twelve samples as files."""
    #: if family == "image"
    Path("images/more").mkdir(parents=True)
    samples = vars(dataloader)["load_samples"](config.data)
    for number, name in enumerate(samples.names[:12]):
        samples.read(name).save(f"images/more/{number:02}.png")
    return ["images"]
    #: else
    vars(dataloader)["load_frame"](config.data)[:12].to_csv("rows.csv", index=False)
    return ["rows.csv"]
    #: endif


def numbers(record: dict[str, Any]) -> list[float]:
    #: if task == "classification"
    return [float(x) for name, x in record.items() if name.startswith("probability_")]
    #: else
    return [float(x) for name, x in record.items() if name.startswith("prediction_")]
    #: endif


def test_predictions_are_those_of_the_evaluation(
    config: Config, inputs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = [*inputs, "--checkpoint", best(config), "--batch_size", 5]
    assert run_script(monkeypatch, "predict.py", *arguments, "--output", "out.jsonl") == 0
    records = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    model, saved, info = load_trained(best(config), CPU)
    loader = open_split(saved.data, info, "all", Path("none"), CPU)
    loader.ids = torch.arange(12)
    outputs, _ = infer(model, loader.batches())
    #: if objective == "single_label"
    outputs = outputs.softmax(1)
    assert all(sum(numbers(record)) == pytest.approx(1) for record in records)
    assert all(record["probability"] == max(numbers(record)) for record in records)
    #: elif objective == "multi_label"
    outputs = outputs.sigmoid()
    #: endif
    found = torch.tensor([numbers(record) for record in records])
    torch.testing.assert_close(found, outputs, rtol=1e-4, atol=1e-5)

    assert run_script(monkeypatch, "predict.py", *arguments, "--output", "out.csv") == 0
    with open("out.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [numbers(row) for row in rows] == [numbers(record) for record in records]


def test_what_cannot_be_read_is_reported(
    config: Config,
    inputs: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("bad.png").write_text("no image")
    arguments = ["--checkpoint", best(config), "bad.png"]
    assert run_script(monkeypatch, "predict.py", *arguments, *inputs) == 0
    lines = capsys.readouterr().out.splitlines()
    records = [json.loads(line) for line in lines]
    assert [set(record) for record in records if record["input"] == "bad.png"] == [
        {"input", "error"}
    ]
    assert len(records) == 13
    assert run_script(monkeypatch, "predict.py", *arguments) == 2


@pytest.mark.parametrize("code", [0, 1])
def test_validation_measures_and_tells(
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

    model, _, info = load_trained(best(config), CPU)
    count = sum(weight.numel() for weight in model.parameters())
    assert report["model_architecture"]["num_parameters"] == count
    assert report["model_architecture"]["output_shape"] == [len(info.output_names)]
    width, outputs = torch.Size(info.input_shape).numel(), len(info.output_names)
    assert repr(metrics["flops"]) == str(2 * 16 * (width + outputs))  # a product and a sum each
    assert metrics["estimated_training_time_hours"] > 0
    assert metrics["estimated_inference_time_ms"] > 0


@pytest.mark.parametrize("code", [0, 2])
def test_validation_says_what_stops_it(
    config: Config, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.CompletedProcess([], code, "", "no such file")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert run_script(monkeypatch, "validate.py", "--json", "out.json") == 1
    report = json.loads(Path("out.json").read_text())
    assert report["validation"]["model_loads"] is None  # there are no settings to build it from
    assert set(report["metrics"].values()) == {None}
    assert len(report["errors"]) == (3 if code else 1)
