"""What the tests share: a run that takes a moment, on data that are made up here.

The settings are those of configs/config.yaml, made small. The model is small too, with what makes
it hard to resume: batch statistics and dropout. `test_model.py` is about the real one.
"""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from math import prod
from pathlib import Path
from typing import Any

#: if family == "image"
import numpy as np
#: else
import pandas as pd
#: endif
import pytest
import torch
import yaml
#: if family == "image"
from PIL import Image
#: endif
from torch import Tensor, nn

from {{ package_name }} import errors, training
from {{ package_name }}.batch import Batch
from {{ package_name }}.config import Config, DataSettings
from {{ package_name }}.data import dataloader
#: if family == "image"
from {{ package_name }}.data.samples import Samples, convert
#: endif
from {{ package_name }}.engine import Recipe, TrainState
from {{ package_name }}.metrics import Metrics
from {{ package_name }}.models.settings import ModelSettings
from {{ package_name }}.objective import Objective
#: if ema
from {{ package_name }}.optim import average, build_optimizer, build_scheduler
#: else
from {{ package_name }}.optim import build_optimizer, build_scheduler
#: endif
from {{ package_name }}.settings import ExperimentSettings, TrainingSettings

ROOT = Path(__file__).parents[1]
NUM_SAMPLES = 50  # 30 of them train: an epoch is four updates of 8, 8, 8 and 6
NUM_OUTPUTS = 3
Start = Callable[..., Config]
InChild = Callable[[Callable[[], object]], int]


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


class SmallModel(nn.Module):
    """A hidden layer on the flat input, and a head."""

    def __init__(self, input_shape: list[int], num_outputs: int) -> None:
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Flatten(), nn.Linear(prod(input_shape), 16), nn.BatchNorm1d(16), nn.ReLU()
        )
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(16, num_outputs))
        self.scale = nn.Buffer(torch.zeros(2, num_outputs))

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.head(self.backbone(inputs))
        #: if task == "regression"
        outputs = self.scale[0] + self.scale[1] * outputs
        #: endif
        return outputs

    def set_target_scale(self, mean: list[float], std: list[float]) -> None:
        self.scale.copy_(torch.tensor([mean, std]))

    def get_num_parameters(self) -> int:
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        self.backbone.requires_grad_(True)


#: if family == "image"
class SyntheticImages:
    """Noise of the right size; the darker half of the samples has smaller targets."""

    def __init__(self, shape: list[int]) -> None:
        self.channels, self.height, self.width = shape

    def __getitem__(self, index: int) -> Image.Image:
        noise = np.random.default_rng(index).integers(0, 100, (self.height, self.width, 3))
        pixels = (noise + 100 * (index % 2)).astype("uint8")
        return convert(Image.fromarray(pixels), self.channels)


def synthetic_samples(settings: DataSettings) -> Samples:
    """Make up what `data/source.py` finds in files."""
    names = [f"synthetic_{number:02}" for number in range(NUM_SAMPLES)]
    numbers = torch.arange(NUM_SAMPLES)
    #: if objective == "single_label"
    targets = torch.where(numbers % 5 == 0, 2, numbers % 2)
    output_names = ["even", "odd", "fifth"]
    #: elif objective == "multi_label"
    targets, output_names = torch.stack([numbers % 2, numbers % 3 // 2], 1).float(), ["a", "b"]
    #: else
    targets = torch.stack([10 + 5.0 * (numbers % 2), 1e-3 * numbers], 1)
    output_names = ["length", "weight"]
    #: endif
    return Samples(SyntheticImages(settings.input_shape), names, targets, output_names)


#: else
def synthetic_frame(settings: DataSettings) -> pd.DataFrame:
    """Make up what `data/source.py` finds in a file."""
    numbers = torch.arange(NUM_SAMPLES)
    noise = torch.rand(2, NUM_SAMPLES, generator=torch.Generator().manual_seed(0))
    columns = {
        "length": (noise[0] + numbers % 2).tolist(),
        "weight": (noise[1] * 100).tolist(),
        "kind": ["round", "flat"] * (NUM_SAMPLES // 2),
        #: if task == "classification"
        "target": [("even", "odd")[number % 2] for number in range(NUM_SAMPLES)],
        #: else
        "target": (10 + 5 * noise[0]).tolist(),
        #: endif
    }
    return pd.DataFrame(columns)


#: endif
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
    data = written["data"] | {"train_val_test_split": [0.6, 0.2, 0.2], "max_samples": None}
    #: if family == "image"
    data |= {"input_shape": [data["input_shape"][0], 16, 16], "num_workers": 0}
    #: else
    data |= {"target_columns": None, "ignored_columns": []}
    #: endif
    #: if task == "classification"
    data["class_names"] = None
    #: endif
    train = written["training"] | {
        "num_epochs": 2,
        "batch_size": 8,
        "accumulation_steps": 1,
        "early_stopping": False,
        "stop_at_target": False,
        "max_training_time_hours": None,
        "device": "cpu",
        "mixed_precision": False,
    }
    out = written["experiment"] | {"log_every": 1, "keep_checkpoints": 3}

    def make(run: str, **changes: Any) -> Config:
        sections = {"data": data, "training": train}
        sections["experiment"] = out | {"checkpoint_dir": f"{run}/checkpoints"}
        #: if tensorboard_enabled
        sections["experiment"]["tensorboard_log_dir"] = f"{run}/logs"
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
        return Recipe(objective, **settings | changes)

    return make


@pytest.fixture
def in_child() -> InChild:
    """Return a function that calls another in a process of its own, which may be killed.

    It returns the exit code, or minus the number of the signal that killed it.
    """
    if not hasattr(os, "fork"):
        pytest.skip("needs os.fork")

    def call(action: Callable[[], object]) -> int:
        child = os.fork()
        if child == 0:
            code: Any = 1
            try:
                errors.run(lambda: (action(), None)[1])
                code = 0
            except SystemExit as end:
                code = end.code
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    return call
