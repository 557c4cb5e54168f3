"""What is measured while training, against values worked out by hand."""

import json
import platform
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from interruptions import MOMENT
from plain import NUM_OUTPUTS, make_batch, objective
from short_runs import ROOT, folder_of
from torch import nn

from pkg import training
from pkg.config import Config
from pkg.engine import faults, perf
from pkg.engine.checkpoint import Writer
from pkg.engine.perf import Meter, count_flops
from pkg.training import train

Start = Callable[..., Config]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives memory back so")
def test_memory_that_tensors_free_is_kept() -> None:
    script = f"""
import resource, torch
from {perf.__name__} import keep_memory
keep_memory()
for number in range(40):  # 40 MB each: at least 20 pages that would have to be had anew
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(10_000_000)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
    command = [sys.executable, "-c", script]
    faulted = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.split()
    assert sum(map(int, faulted[30:])) < 100  # by then they have found a place to come back to


def test_training_keeps_memory(make_config: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bool] = []
    monkeypatch.setattr(training, "keep_memory", lambda: kept.append(True))
    train(make_config("run", num_epochs=1), resume=False, overwrite=False)
    assert kept


def test_a_layer_takes_two_operations_a_weight() -> None:
    loader: Any = SimpleNamespace(peek=lambda count: make_batch(count, 4))
    assert count_flops(nn.Linear(4, NUM_OUTPUTS), objective, loader) == 2 * 4 * NUM_OUTPUTS


def test_metrics_of_the_time_between_two_log_points(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.0, 4.0, 9.0, 10.0])
    monkeypatch.setattr(perf, "time", SimpleNamespace(perf_counter=lambda: next(times)))
    loader: Any = SimpleNamespace(wait_seconds=5.0)
    meter = Meter(loader, torch.device("cpu"), flops=1e12)
    assert (meter.count(10), meter.count(6)) == (1.0, 3.0)
    loader.wait_seconds = 6.0
    metrics = meter.read()
    assert metrics.pop("perf/memory_gb") > 0.01
    assert metrics == {
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
    lines = (folder_of(config) / "metrics.jsonl").read_text().splitlines()
    paces = [json.loads(line).get("perf/samples_per_second") for line in lines]
    assert paces[:4] == [8.0, 8.0, 8.0, 6.0]


def test_no_measurement_is_worth_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("not supported")

    monkeypatch.setattr(torch.cuda, "utilization", fail)
    loader: Any = SimpleNamespace(wait_seconds=0.0, peek=fail)
    flops = count_flops(nn.Linear(4, NUM_OUTPUTS), objective, loader)
    meter = Meter(loader, torch.device("cpu"), flops)
    meter.count(1)
    assert meter.read().keys() == {
        "perf/samples_per_second",
        "perf/data_wait",
        "perf/memory_gb",
    }


def test_a_trace_shows_the_updates_that_were_asked_for(make_config: Start) -> None:
    updates = perf.WARMUP + 3
    config = make_config("run", profile_updates=2, num_epochs=-(-updates // 4))
    train(config, resume=False, overwrite=False)
    [path] = (folder_of(config) / "traces").iterdir()
    names = [event.get("name", "") for event in json.loads(path.read_text())["traceEvents"]]
    steps = {name for name in names if name.startswith("ProfilerStep#")}
    assert steps == {f"ProfilerStep#{perf.WARMUP + i}" for i in (1, 2)}
    assert sum("_fused_adamw_" in name for name in names) >= 2
