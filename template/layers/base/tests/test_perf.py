"""What is measured while training, and the compiler, against figures worked out by hand."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from interruptions import MOMENT
from torch import nn

from pkg import faults, perf, runtime, training
from pkg.engine.checkpoint import Writer
from pkg.config import Config
from pkg.engine.perf import Meter, count_flops
from pkg.training import train

NUM_OUTPUTS = 3
Start = Callable[..., Config]
Make = Callable[..., Any]


class Block(nn.Module):
    """Two layers, as models repeat them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(width, width), nn.Linear(width, width))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives memory back so")
def test_memory_that_tensors_free_is_kept() -> None:
    script = """
import resource, torch
from pkg.engine.perf import keep_memory
keep_memory()
for number in range(40):  # 40 MB each: at least 20 pages that would have to be had anew
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(10_000_000)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
    command, root = [sys.executable, "-c", script], Path(__file__).parents[1]
    faults = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout.split()
    assert sum(map(int, faults[30:])) < 100  # by then they have found a place to come back to


def test_training_keeps_memory(make_config: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bool] = []
    monkeypatch.setattr(training, "keep_memory", lambda: kept.append(True))
    train(make_config("run", num_epochs=1), resume=False, overwrite=False)
    assert kept


def test_a_layer_takes_two_operations_a_weight(make_batch: Make, make_objective: Make) -> None:
    batch, model = make_batch(1, 4), nn.Linear(4, NUM_OUTPUTS)
    source = SimpleNamespace(read=lambda chunks: iter([batch]))
    loader: Any = SimpleNamespace(source=source, ids=batch.ids, prepare=lambda batch, epoch: batch)
    assert count_flops(model, make_objective(), loader) == 2 * 4 * NUM_OUTPUTS


def test_figures_of_the_time_between_two_log_points(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.0, 4.0, 9.0, 10.0])
    monkeypatch.setattr(perf, "time", SimpleNamespace(perf_counter=lambda: next(times)))
    loader: Any = SimpleNamespace(wait_seconds=5.0)
    meter = Meter(loader, torch.device("cpu"), flops=1e12)
    assert (meter.count(10), meter.count(6)) == (1.0, 3.0)
    loader.wait_seconds = 6.0
    figures = meter.read()
    assert figures.pop("perf/memory_gb") > 0.01
    assert figures == {
        "perf/samples_per_second": 4.0,  # 16 in 4 seconds
        "perf/data_wait": 0.25,
        "perf/tflops": 12.0,  # forward once, backward twice
    }
    assert meter.lap() == 5.0  # of a validation, which does not count
    assert meter.count(8) == 1.0
    assert meter.read()["perf/samples_per_second"] == 8.0


def test_saving_does_not_count(make_config: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(perf, "time", SimpleNamespace(perf_counter=lambda: now[0]))

    def plan(name: str, about: object) -> None:
        now[0] += name == "step"  # an update takes a second

    def save(*_: object) -> None:
        now[0] += 100

    monkeypatch.setattr(faults, "plan", plan)
    monkeypatch.setattr(Writer, "save", save)
    config = make_config("run", save_every_minutes=MOMENT, num_epochs=1)
    train(config, resume=False, overwrite=False)
    lines = Path(config.experiment.checkpoint_dir, "metrics.jsonl").read_text().splitlines()
    paces = [json.loads(line).get("perf/samples_per_second") for line in lines]
    assert paces[:4] == [8.0, 8.0, 8.0, 6.0]


def test_no_figure_is_worth_a_run(
    make_batch: Make, make_objective: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("not supported")

    monkeypatch.setattr(torch.cuda, "utilization", fail)
    loader: Any = SimpleNamespace(wait_seconds=0.0, source=SimpleNamespace(read=fail), ids=[0])
    flops = count_flops(nn.Linear(4, NUM_OUTPUTS), make_objective(), loader)
    meter = Meter(loader, torch.device("cpu"), flops)
    meter.count(1)
    assert meter.read().keys() == {
        "perf/samples_per_second",
        "perf/data_wait",
        "perf/memory_gb",
    }


def test_a_seed_can_bind_a_gpu_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    runtime.set_seed(0, deterministic=True)
    assert os.environ.pop("CUBLAS_WORKSPACE_CONFIG") == ":4096:8"


def test_a_trace_shows_the_updates_that_were_asked_for(make_config: Start) -> None:
    updates = perf.WARMUP + 3
    config = make_config("run", profile_updates=2, num_epochs=-(-updates // 4))
    train(config, resume=False, overwrite=False)
    [path] = Path(config.experiment.checkpoint_dir, "traces").iterdir()
    names = [event.get("name", "") for event in json.loads(path.read_text())["traceEvents"]]
    steps = {name for name in names if name.startswith("ProfilerStep#")}
    assert steps == {f"ProfilerStep#{perf.WARMUP + i}" for i in (1, 2)}
    assert sum(name.startswith("Optimizer.step") for name in names) >= 2


def test_blocks_that_repeat_are_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[nn.Module] = []
    monkeypatch.setattr(nn.Module, "compile", lambda module: compiled.append(module))
    deep = nn.Sequential(nn.Linear(4, 8), nn.Sequential(*(Block(8) for _ in range(9))))
    runtime.compile_model(deep)
    assert [type(module) for module in compiled] == [Block] * 9
    compiled.clear()
    shallow = nn.Sequential(Block(8), Block(16), nn.Linear(16, 4))  # blocks of their own code each
    runtime.compile_model(shallow)
    assert compiled == [shallow]


def test_the_compiler_is_asked_where_it_pays() -> None:
    device = torch.device("cpu")
    assert runtime.choose_compile(device, True, updates=1)[0]
    assert not runtime.choose_compile(device, False, updates=10**6)[0]
    chosen, reason = runtime.choose_compile(device, "auto", updates=10**6)
    assert (chosen, "GPU" in reason) == (False, True)


def test_a_compiled_model_learns_the_same(
    make_config: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_module, calls = nn.Module.compile, []

    def traced(module: nn.Module) -> None:  # by the compiler, for Python to run: that is quick
        calls.append(module)
        compile_module(module, backend="eager")

    monkeypatch.setattr(nn.Module, "compile", traced)
    logs = []
    for choice in (False, True):
        config = make_config(str(choice), compile=choice)
        train(config, resume=False, overwrite=False)
        lines = Path(config.experiment.checkpoint_dir, "metrics.jsonl").read_text().splitlines()
        logs.append([json.loads(line).get("epoch/train_loss", 0.0) for line in lines])
    assert len(calls) == 1
    assert logs[0] == pytest.approx(logs[1], rel=1e-5)


@pytest.mark.gpu
def test_a_gpu_reports_its_memory() -> None:
    weights = torch.zeros(1_000_000, device="cuda")
    assert (perf.peak_memory(weights.device) or 0) >= 0.004
