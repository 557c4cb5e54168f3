"""evaluate.py on other data than those of the training, and reports of few samples."""

import io
import json
#: if task == "classification"
import math
#: endif
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
#: if task == "classification"
import torch
#: endif
from test_scripts import CPU, best, run_script

from pkg import inference, training
from pkg.config import Config
from pkg.data import dataloader
from pkg.data.dataloader import get_dataloaders
from pkg.engine.errors import UserError
#: if task == "classification"
from pkg.inference import infer, load_trained, make_report, open_split, write
#: else
from pkg.inference import infer, load_trained, open_split, write
#: endif
from pkg.task.plots import draw_pictures
#: if task == "classification"
from pkg.training import build_objective, train
#: else
from pkg.training import train
#: endif

Start = Callable[..., Config]


@pytest.fixture
def config(make_config: Start, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Train on a part of the samples, divided as no other data are; return the settings."""
    config = make_config("run", max_samples=8)
    train(config, resume=False, overwrite=False)
    monkeypatch.setattr(inference, "build_model", vars(training)["build_model"])
    (best(config).parent / "splits.csv").write_text("name,split\nsomething,nowhere\n")
    return config


def keep(monkeypatch: pytest.MonkeyPatch, rows: slice) -> None:
    """Let the data be some of the samples."""
    #: if family == "image"
    load = vars(dataloader)["load_samples"]

    def load_some(settings: Any) -> Any:
        found = load(settings)
        return replace(found, names=found.names[rows], targets=found.targets[rows])

    monkeypatch.setattr(dataloader, "load_samples", load_some)
    #: else
    load = vars(dataloader)["load_frame"]
    monkeypatch.setattr(dataloader, "load_frame", lambda settings: load(settings)[rows])
    #: endif


def evaluate(config: Config, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> dict[str, Any]:
    """Return the report on other data, which has to be JSON by the letter."""
    options = ["--checkpoint", best(config), "--data", "other", "--json", "report.json"]
    assert run_script(monkeypatch, "evaluate.py", *options, *arguments) == 0
    text = Path("report.json").read_text()
    report: dict[str, Any] = json.loads(text, parse_constant=lambda word: pytest.fail(word))
    return report


def test_all_of_other_data_counts(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    report = evaluate(config, monkeypatch)
    assert (report["split"], report["samples"]) == ("all", 50)
    assert evaluate(config, monkeypatch, "--split", "test")["samples"] == 10


def test_other_data_may_be_few_and_lack_classes(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(monkeypatch, slice(1, 4, 2))
    assert evaluate(config, monkeypatch)["samples"] == 2


def test_other_outputs_or_another_order_are_refused(config: Config) -> None:
    _, saved, info = load_trained(best(config), CPU)
    swapped = replace(info, output_names=[*reversed(info.output_names), "more"])
    with pytest.raises(UserError, match=r"data\.dataset_path: the model knows \['"):
        get_dataloaders(saved.data, batch_size=8, seed=0, device=CPU, info=swapped)
#: if task == "classification"


def test_classes_without_samples_are_not_trained(
    make_config: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = get_dataloaders(make_config("run").data, batch_size=8, seed=0, device=CPU)[0].info
    keep(monkeypatch, slice(0, 50, 2))
    data = make_config("run", class_names=[*info.output_names, "none"]).data
    with pytest.raises(UserError, match=r"data\.dataset_path: two classes or more.* 0(,|$)"):
        get_dataloaders(data, batch_size=8, seed=0, device=CPU)


def test_class_names_are_given_once(make_config: Start) -> None:
    with pytest.raises(ValueError, match=r"data\.class_names cannot be \['a', 'a', 'b'\]"):
        make_config("run", class_names=["a", "a", "b"])


def test_a_rare_class_leaves_no_interval_empty(config: Config) -> None:
    _, saved, info = load_trained(best(config), CPU)
    outputs = torch.randn(40, len(info.output_names))
    #: if objective == "single_label"
    targets = (torch.arange(40) < 2).long()
    #: else
    targets = (torch.arange(40)[:, None] < 2).float().expand_as(outputs)
    #: endif
    objective = build_objective(saved.training, info, CPU)
    report = make_report(outputs, targets, info.output_names, objective, saved.training)
    figures = [x for one in report["metrics"].values() for x in (one["value"], *one["interval"])]
    assert all(math.isfinite(x) for x in figures)
#: endif


def test_names_are_no_formulas(config: Config) -> None:
    model, saved, info = load_trained(best(config), CPU)
    loader = open_split(saved.data, info, "all", None, CPU)
    outputs, targets = infer(model, loader.batches())
    names = [f"$5_${name}" for name in info.output_names]
    loader.info = replace(info, output_names=names)
    draw_pictures(outputs, targets, loader).savefig(io.BytesIO())


def test_what_is_written_may_go_into_a_device() -> None:
    write(Path("/dev/null"), b"content")
    write(Path("file"), b"content")
    assert Path("file").read_bytes() == b"content"


def test_predictions_name_any_file(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["--checkpoint", best(config), "--output", "said.csv", "gone\udcff"]
    assert run_script(monkeypatch, "predict.py", *arguments) == 2
    assert b"gone\xff," in Path("said.csv").read_bytes()


def test_batches_of_none_are_refused(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["gone", "--checkpoint", best(config), "--batch_size"]
    assert run_script(monkeypatch, "predict.py", *arguments, 0) == 2
    assert "--batch_size cannot be 0" in capsys.readouterr().err
    assert run_script(monkeypatch, "predict.py", *arguments, 1) == 2
    assert capsys.readouterr().err.count("INPUT") < 2
