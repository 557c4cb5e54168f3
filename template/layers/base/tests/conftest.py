"""What the tests share: a run that takes a moment, whatever this project was made for.

Its settings stand here and in `samples.py`, and none comes from configs/. Its model is that of
`small.py`; `test_model.py` is about the real one.
"""

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from expected import MONITOR
from samples import make_settings, put_in_place
from small import SmallModel

from pkg import inference, training
from pkg.config import Config
from pkg.engine.settings import (
    ExperimentSettings,
    TrainingSettings,
)
from pkg.models.settings import ModelSettings
from pkg.task.settings import TaskSettings

Start = Callable[..., Config]


@pytest.fixture(autouse=True)
def _leave_no_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Work in a folder of the test's own, on one thread; give signals back."""
    #: if wandb_enabled
    monkeypatch.setenv("WANDB_MODE", "disabled")
    #: endif
    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(1)  # the number of threads decides the last bits
    torch.manual_seed(0)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)
    torch.use_deterministic_algorithms(False)


@pytest.fixture
def make_config(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Return a function that makes the settings of a run of two epochs of four updates.

    It takes a name for the folder of the run, and other settings of any section.
    """
    put_in_place(monkeypatch)
    for module in (training, inference):
        monkeypatch.setattr(module, "build_model", lambda shape, num, **_: SmallModel(shape, num))

    def make(run: str, **changes: Any) -> Config:
        config = Config(
            make_settings(),
            ModelSettings(),
            TaskSettings(),
            TrainingSettings(
                num_epochs=2, batch_size=8, monitor=MONITOR, device="cpu", mixed_precision=False
            ),
            ExperimentSettings(checkpoint_dir=f"{run}/checkpoints", log_every=1),
        )
        #: if tensorboard_enabled
        changes = {"tensorboard_log_dir": f"{run}/logs", "plot_frequency": 0} | changes
        #: endif
        sections = {}
        for name, section in vars(config).items():
            mine = changes.keys() & vars(section).keys()
            sections[name] = replace(section, **{key: changes.pop(key) for key in mine})
        assert not changes, "no such setting"
        return Config(**sections)

    return make
