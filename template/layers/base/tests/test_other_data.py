"""evaluate.py on other data than those of the training, and reports of few samples."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from samples import keep_rows
from short_runs import folder_of, run_script

from pkg.config import Config
from pkg.data.dataloader import get_dataloaders
from pkg.engine.checkpoint import BEST
from pkg.engine.errors import UserError
from pkg.inference import (
    load_trained,
    open_split,
    predict_split,
)
from pkg.records import write
from pkg.task.objective import build_objective
from pkg.task.plots import draw_plots
from pkg.training import train

CPU = torch.device("cpu")
Start = Callable[..., Config]


@pytest.fixture
def config(make_config: Start) -> Config:
    """Train on a part of the samples, split as no other data are; return the settings."""
    config = make_config("run", max_samples=8)
    train(config, resume=False, overwrite=False)
    (folder_of(config) / "splits.csv").write_text("name,split\nsomething,nowhere\n")
    return config


def best(config: Config) -> Path:
    return folder_of(config) / BEST


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


def test_other_data_may_be_few_and_lack_outputs(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_rows(monkeypatch, slice(1, 4, 2))
    assert evaluate(config, monkeypatch)["samples"] == 2


def test_other_outputs_or_another_order_are_refused(config: Config) -> None:
    _, saved, info = load_trained(best(config), CPU)
    swapped = replace(info, output_names=[*reversed(info.output_names), "more"])
    with pytest.raises(UserError, match=r"data\.dataset_path: the model knows \['"):
        get_dataloaders(saved.data, batch_size=8, seed=0, device=CPU, info=swapped)


def test_data_of_another_number_of_outputs_are_refused(make_config: Start) -> None:
    options: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": CPU}
    data = make_config("run").data
    count = len(get_dataloaders(data, **options)[0].info.output_names)
    get_dataloaders(replace(data, num_outputs=count), **options)
    with pytest.raises(UserError, match=rf"data\.num_outputs is 7, but synthetic has {count}: "):
        get_dataloaders(replace(data, num_outputs=7), **options)


def test_validation_and_test_come_in_a_fixed_order(make_config: Start) -> None:
    loaders = get_dataloaders(make_config("run").data, batch_size=4, seed=0, device=CPU)
    for loader in loaders[1:]:
        ids = [batch.ids.tolist() for batch in loader.batches()]
        numbers = [number for batch in ids for number in batch]
        assert numbers == sorted(numbers)
        assert ids == [batch.ids.tolist() for batch in loader.batches(epoch=1)]


def test_less_memory_leaves_the_outputs_of_a_model(config: Config) -> None:
    model, saved, info = load_trained(best(config), CPU)
    batches = list(open_split(saved.data, info, "all", None, CPU).batches())
    objective, limits = build_objective(saved.task, info, CPU), [1000, 3]

    def narrow(module: torch.nn.Module, inputs: tuple[torch.Tensor]) -> None:
        if len(inputs[0]) > limits[0]:
            raise torch.OutOfMemoryError("planned")

    model.register_forward_pre_hook(narrow)
    whole = predict_split(model, objective, batches)
    limits.pop(0)
    torch.testing.assert_close(predict_split(model, objective, batches), whole)


def test_names_are_no_formulas(config: Config) -> None:
    model, saved, info = load_trained(best(config), CPU)
    loader = open_split(saved.data, info, "all", None, CPU)
    objective = build_objective(saved.task, info, CPU)
    outputs, targets = predict_split(model, objective, loader.batches())
    names = [f"$5_${name}" for name in info.output_names]
    loader.info = replace(info, output_names=names)
    draw_plots(outputs, targets, loader).savefig(io.BytesIO())


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
