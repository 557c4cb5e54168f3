"""Ranks that train the small model with the settings in a file: trained_ranks.py SETTINGS UPDATE.

Under torchrun, the last rank kills itself after an update of the first attempt.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
import torch
import yaml
from samples import put_in_place
from short_runs import ROOT, folder_of
from small import SmallModel
from torch import nn

from pkg import training
from pkg.config import Config
from pkg.engine import errors, faults
from pkg.engine.cli import make_parser, parse

ENVIRONMENT = {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(ROOT)}


class PlainModel(SmallModel):
    """Without batch statistics and dropout: what a batch is cut into makes no difference."""

    def __init__(self, input_shape: list[int], num_outputs: int) -> None:
        SmallModel.__init__(self, input_shape, num_outputs)
        for module in [*self.modules()]:
            for name, child in [*module.named_children()]:
                if isinstance(child, nn.BatchNorm1d | nn.Dropout):
                    setattr(module, name, nn.Identity())


def torchrun(config: Config, step: int, *flags: str) -> list[str]:
    """Return the command that trains as `config` says, and kills the last rank after `step`."""
    settings = folder_of(config).parent / "settings.yaml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(yaml.safe_dump(asdict(config)))
    command = [sys.executable, "-m", "torch.distributed.run", *flags, __file__, str(settings)]
    return [*command, str(step)]


def train_here(settings: str, model: type[SmallModel], plan: Callable[[str, Any], None]) -> None:
    """Train a small model on synthetic data, with the settings in a file."""
    config, _ = parse(make_parser(Config, None), Config, ["--config", settings])
    with pytest.MonkeyPatch.context() as monkeypatch:
        put_in_place(monkeypatch)
        monkeypatch.setattr(training, "build_model", lambda shape, num, **_: model(shape, num))
        monkeypatch.setattr(faults, "plan", plan)
        torch.set_num_threads(1)
        errors.run(lambda: training.train(config, resume=False, overwrite=False))


def main() -> None:
    """Train as torchrun asks, unless it is for the last rank to die."""
    step = int(sys.argv[2])
    first = os.environ["TORCHELASTIC_RESTART_COUNT"] == "0"
    strikes = first and os.environ["RANK"] == str(int(os.environ["WORLD_SIZE"]) - 1)

    def plan(name: str, about: object) -> None:
        if strikes and (name, about) == ("step", step):
            os.kill(os.getpid(), signal.SIGKILL)

    train_here(sys.argv[1], SmallModel, plan)


if __name__ == "__main__":
    main()
