"""Several processes that train together, as torchrun starts them, each with its own plan.

As a script under torchrun, it trains the small model with the settings in a file, and the last
rank kills itself after an update of the first attempt: ranks.py SETTINGS UPDATE.
"""

import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
#: if family == "image"
from small import SmallModel, synthetic_samples
#: else
from small import SmallModel, synthetic_frame
#: endif
from torch import nn

from pkg import errors, faults, training
from pkg.config import Config
from pkg.data import dataloader
from pkg.engine.cli import make_parser, parse

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(ROOT)}
LIMIT_SECONDS = 120  # by then ranks that wait for each other in vain are ended


class PlainModel(SmallModel):
    """Without batch statistics and dropout: what a batch is cut into makes no difference."""

    def __init__(self, input_shape: list[int], num_outputs: int) -> None:
        SmallModel.__init__(self, input_shape, num_outputs)
        self.backbone[2], self.head[0] = nn.Identity(), nn.Identity()


def in_ranks(
    count: int, action: Callable[[], None], plan: Callable[[int, str, Any], None] | None = None
) -> list[int]:
    """Call `action` in so many processes; `plan` gets the rank before what a plan gets.

    Returns:
        The exit code of each, or minus the number of the signal that killed it.
    """
    if not hasattr(os, "fork"):
        pytest.skip("needs os.fork")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    children = []
    for rank in range(count):
        if (child := os.fork()) == 0:
            place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": count, "MASTER_PORT": port}
            os.environ |= {name: str(value) for name, value in place.items()}
            os.environ["MASTER_ADDR"] = "127.0.0.1"
            if plan is not None:
                faults.plan = lambda name, about, rank=rank: plan(rank, name, about)
            run_and_exit(action)
        children.append(child)
    return [exit_code(child, time.monotonic() + LIMIT_SECONDS) for child in children]


def run_and_exit(action: Callable[[], None]) -> None:
    """Call `action`, and end this process as a script would."""
    code: Any = 1
    try:
        errors.run(action)
        code = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def exit_code(child: int, deadline: float) -> int:
    """Wait for a process; past the deadline, end it."""
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError("a rank hangs")


def torchrun(config: Config, step: int, *flags: str) -> list[str]:
    """Return the command that trains as `config` says, and kills the last rank after `step`."""
    settings = Path(config.experiment.checkpoint_dir).parent / "settings.yaml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(yaml.safe_dump(asdict(config)))
    command = [sys.executable, "-m", "torch.distributed.run", *flags, __file__, str(settings)]
    return [*command, str(step)]


def train_here(settings: str, model: type[SmallModel], plan: Callable[[str, Any], None]) -> None:
    """Train a small model on made up data, with the settings in a file."""
    config, _ = parse(make_parser(Config, None), Config, ["--config", settings])
    stand_ins: list[tuple[Any, str, Any]] = [
        (training, "build_model", lambda shape, num, **_: model(shape, num)),
    #: if family == "image"
        (dataloader, "load_samples", synthetic_samples),
    #: else
        (dataloader, "load_frame", synthetic_frame),
    #: endif
    ]
    for module, name, stand_in in stand_ins:
        setattr(module, name, stand_in)
    faults.plan = plan
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
