"""Runs of a moment, as tests start them, end them early and look at them."""

import json
import runpy
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from interruptions import outcome, until

from pkg.config import Config
from pkg.engine.checkpoint import LAST, load
from pkg.training import train

ROOT = Path(__file__).parents[1]


def start(config: Config, resume: bool = False) -> "partial[None]":
    """Return what trains as `config` says."""
    return partial(train, config, resume=resume, overwrite=False)


def train_until(step: int, config: Config, number: int = signal.SIGKILL) -> int:
    """Train in a process that gets a signal after an update; return its exit code."""
    return until(step, start(config), number)


def folder_of(config: Config) -> Path:
    """Return the folder of checkpoints."""
    return Path(config.experiment.checkpoint_dir)


def last(config: Config) -> dict[str, Any]:
    """Return the last checkpoint."""
    return load(folder_of(config) / LAST)


def ending(config: Config) -> dict[str, Any]:
    """Return all bits that a run left behind."""
    return outcome(folder_of(config))


def log_of(config: Config) -> list[dict[str, Any]]:
    """Return the lines of the log, without what was measured with a clock."""
    lines = map(json.loads, (folder_of(config) / "metrics.jsonl").read_text().splitlines())
    return [{k: v for k, v in line.items() if not k.startswith("perf/")} for line in lines]


def run_script(monkeypatch: pytest.MonkeyPatch, name: str, *arguments: object) -> int:
    """Run a script of the project in this process; return its exit code."""
    monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
    try:
        runpy.run_path(str(ROOT / name), run_name="__main__")
    except SystemExit as end:
        return int(end.code or 0)
    return 0
