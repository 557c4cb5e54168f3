"""What the tests share: a run that takes a moment, with the settings of configs/config.yaml.

Its model and its data stand in `small.py`; `test_model.py` is about the real model.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import nullcontext
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

from pkg import training
from pkg.batch import Batch
from pkg.config import Config
from pkg.data.settings import DataSettings
from pkg.data import dataloader
from pkg.engine.loop import Recipe, TrainState
from pkg.engine.settings import ExperimentSettings
from pkg.task.metrics import Metrics
from pkg.models.settings import ModelSettings
from pkg.task.objective import Objective
#: if ema
from pkg.engine.optim import average, build_optimizer, build_scheduler
#: else
from pkg.engine.optim import build_optimizer, build_scheduler
#: endif
from pkg.engine.settings import TrainingSettings

ROOT = Path(__file__).parents[1]
NUM_OUTPUTS = 3
SYNTHETIC = {  # a path of its own, so that no bundled set is written out
    "dataset_path": "synthetic",
    "train_val_test_split": [0.6, 0.2, 0.2],
    "max_samples": None,
    "num_outputs": None,
    #: if objective == "single_label"
    "weighted_sampling": False,
    #: endif
}
PLAIN = {
    "num_epochs": 2,
    "batch_size": 8,
    "accumulation_steps": 1,
    "early_stopping": False,
    "patience": 5,
    "stop_at_target": False,
    "max_training_time_hours": None,
    "seed": 0,
    "device": "cpu",
    "mixed_precision": False,
}
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
def _synthetic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put made up data in the place of the files."""
    #: if family == "image"
    monkeypatch.setattr(dataloader, "load_samples", synthetic_samples)
    #: else
    monkeypatch.setattr(dataloader, "load_frame", synthetic_frame)
    #: endif


@pytest.fixture
def make_config(_synthetic: None, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Return a function that makes the settings of a run of two epochs of four updates.

    It takes a name for the folder of the run, and other settings of any section.
    """
    monkeypatch.setattr(training, "build_model", lambda shape, num, **_: SmallModel(shape, num))
    written = yaml.safe_load((ROOT / "configs" / "config.yaml").read_text())
    data = written["data"] | SYNTHETIC
    #: if family == "image"
    data |= {"input_shape": [data["input_shape"][0], 16, 16], "num_workers": 0}
    #: else
    data |= {"target_columns": None, "ignored_columns": []}
    #: endif
    #: if task == "classification"
    data["class_names"] = None
    #: endif
    train = written["training"] | PLAIN
    out = written["experiment"] | {"log_every": 1, "keep_checkpoints": 3, "save_frequency": 1}

    def make(run: str, **changes: Any) -> Config:
        sections = {"data": data, "training": train}
        sections["experiment"] = out | {"checkpoint_dir": f"{run}/checkpoints"}
        #: if tensorboard_enabled
        sections["experiment"] |= {"tensorboard_log_dir": f"{run}/logs", "picture_frequency": 0}
        #: endif
        unknown = set(changes) - {name for section in sections.values() for name in section}
        assert not unknown
        data_now, train_now, out_now = (
            section | {name: changes[name] for name in changes.keys() & section.keys()}
            for section in sections.values()
        )
        return Config(
            DataSettings(**data_now),
            ModelSettings(),
            TrainingSettings(**train_now),
            ExperimentSettings(**out_now),
        )

    return make


@pytest.fixture
def make_batch() -> Callable[..., Batch]:
    """Return a function that makes random inputs of a shape, with targets to learn."""

    def make(size: int, *shape: int, seed: int = 0) -> Batch:
        generator = torch.Generator().manual_seed(seed)
        inputs, ids = torch.randn(size, *shape, generator=generator), torch.arange(size)
        #: if objective == "single_label"
        targets = ids % NUM_OUTPUTS
        #: elif objective == "multi_label"
        targets = (ids[:, None] % torch.arange(2, NUM_OUTPUTS + 2) == 0).float()
        #: else
        targets = (ids[:, None] % torch.arange(2, NUM_OUTPUTS + 2)).float()
        #: endif
        return Batch(inputs, targets, ids)

    return make


@pytest.fixture
def make_objective() -> Callable[..., Objective]:
    """Return a function that makes the plain objective of `NUM_OUTPUTS` outputs."""

    def make(device: str = "cpu") -> Objective:
        #: if task == "regression"
        return Objective(torch.ones(NUM_OUTPUTS, device=device))
        #: else
        return Objective()
        #: endif

    return make


@pytest.fixture
def make_state() -> Callable[..., TrainState]:
    """Return a function that makes the state of a training with a constant learning rate."""

    def make(model: nn.Module, name: str = "sgd", learning_rate: float = 0.1) -> TrainState:
        device = next(model.parameters()).device
        optimizer = build_optimizer(model, name, learning_rate, weight_decay=0.0)
        return TrainState(
            model,
            model,
            optimizer,
            build_scheduler(optimizer, "plateau", warmup=0, total=100),
            torch.amp.GradScaler(device.type, enabled=False),
            Metrics(NUM_OUTPUTS).to(device),
            #: if ema
            average(model, 0.5),
            #: endif
        )

    return make


@pytest.fixture
def make_recipe() -> Callable[..., Recipe]:
    """Return a function that makes a recipe without clipping, in 32 bits."""

    def make(objective: Objective, **changes: Any) -> Recipe:
        settings: dict[str, Any] = {
            "autocast": nullcontext,
            "num_epochs": 1,
            "accumulation_steps": 1,
            "max_grad_norm": None,
            #: if architecture != "custom"
            "freeze_epochs": 0,
            #: endif
        }
        return Recipe(objective, Metrics(NUM_OUTPUTS), **settings | changes)

    return make
