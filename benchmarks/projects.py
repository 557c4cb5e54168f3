"""The generated project: the only file that knows its modules.

Everything else sees a `Project` that makes jobs, and `passes` that its own loop runs.
"""

import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .regimes import Regime

ROWS, COLUMNS = 20_000, 30
READ_TEXT = '''"""One text."""

from collections.abc import Iterator
from pathlib import Path


def read_documents(dataset_path: Path) -> Iterator[str]:
    """Yield the text."""
    yield dataset_path.read_text()
'''  # of a project whose data are a text

# Equal arithmetic for all: no dropout, no clipping; a run so long that it never ends.
COMMON: Mapping[str, Any] = {
    "model.dropout": 0.0,
    "training.gradient_clipping": "null",
    "training.warmup_epochs": 0.0,
    "training.num_epochs": 100_000,
    "training.early_stopping": "false",
    "training.compile": "false",  # a GPU's; tests/gpu.py measures it
    "experiment.log_every": 10,
}
# For the gate: what other loops do differently by design is switched off.
PLAIN: Mapping[str, Any] = {
    "training.weight_decay": 0.0,
    "training.lr_scheduler": "plateau",  # constant
    "training.learning_rate": 1e-4,  # a ResNet at 1e-3 multiplies rounding by six at each step
    "training.mixed_precision": "false",
}


@dataclass
class Prepared:
    """What a project's own `training.prepare` returns, and the settings that it was given."""

    config: Any
    state: Any
    recipe: Any
    train: Any
    val: Any

    @property
    def model(self) -> nn.Module:
        """The model that is trained."""
        model: nn.Module = self.state.model
        return model

    @property
    def samples(self) -> tuple[Tensor, Tensor]:
        """All inputs, uint8 if they are images, and all targets, as the loader keeps them."""
        if self.has_windows:
            [windows] = self.train.source.read([self.train.ids])
            return windows.inputs, windows.labels
        samples = self.train.source.samples
        return samples.inputs, samples.targets

    @property
    def has_windows(self) -> bool:
        """Whether samples are windows of a text."""
        return hasattr(self.train.source, "starts")

    def rows_of(self, ids: Tensor) -> Tensor:
        """Return where the samples of these numbers lie in `samples`, which may be some of all."""
        used = self.train.ids if self.has_windows else self.train.source.used
        return ids if used is None else torch.searchsorted(used, ids.to(used.device))

    @property
    def normalization(self) -> tuple[list[float], list[float]] | None:
        """Mean and deviation of each channel, of images only."""
        info = self.train.info
        found = getattr(info, "normalization_mean", None), getattr(info, "normalization_std", None)
        return None if None in found else found  # type: ignore[return-value]

    def set_epsilon(self, epsilon: float) -> None:
        """Set AdamW's epsilon, which is no setting of a project."""
        for phase in self.state.phases:
            for group in phase.optimizer.param_groups:
                group["eps"] = epsilon

    def order(self, epoch: int) -> list[Tensor]:
        """Return the sample numbers of each batch of an epoch."""
        chunks: list[Tensor] = self.train.chunks(epoch, self.train.start)
        return chunks


class Project:
    """A project that was rendered into `folder`."""

    def __init__(self, regime: Regime, folder: Path) -> None:
        self.regime, self.folder = regime, folder
        sys.path.insert(0, str(folder))

    def module(self, name: str) -> Any:
        """Import one of its modules."""
        return import_module(f"{self.regime.name}.{name}")

    def fetch(self) -> None:
        """Write the data that it is to be trained on, unless they are there."""
        if self.data.exists():
            return
        if self.regime.answers.get("data_source") == "table":
            write_table(self.data)
        elif self.regime.texts:
            write_text(self.data, *self.regime.words)
            (self.folder / self.regime.name / "data/custom.py").write_text(READ_TEXT)
        else:
            self.module("data.fetch").write(self.data)

    @property
    def data(self) -> Path:
        """Where its data lies."""
        return self.folder / str(self.regime.answers.get("dataset_path", "data/mnist"))

    def configure(self, folder: Path, plain: bool, device: str) -> Any:
        """Return its settings for a run that writes into `folder`."""
        command_line, config = self.module("engine.cli"), self.module("config").Config
        chosen = {**COMMON, **self.regime.settings, "training.device": device}
        chosen["data.dataset_path"] = self.data
        chosen["experiment.checkpoint_dir"] = folder / "checkpoints"
        chosen["experiment.tensorboard_log_dir"] = folder / "logs"
        if plain:
            chosen |= PLAIN
            if self.regime.images:
                chosen["data.augmentation"] = "[]"
        words = ["--config", str(self.folder / "configs/config.yaml")]
        given = {name: value for name, value in chosen.items() if value is not None}
        words += [word for name, value in given.items() for word in (f"--{name}", str(value))]
        return command_line.parse(command_line.make_parser(config, None), config, words)[0]

    def keep_memory(self) -> None:
        """Set glibc as `training.train` does, for this process."""
        self.module("engine.perf").keep_memory()

    def prepare(self, config: Any) -> Prepared:
        """Build what is to be trained; equal settings give equal weights and batches."""
        return Prepared(config, *self.module("training").prepare(config, None, None))

    def open_run(self, prepared: Prepared) -> Any:
        """Open logs and progress as `training.train` does, but leave signals alone."""
        config = prepared.config
        Path(config.experiment.checkpoint_dir).mkdir(parents=True)
        parts = (prepared.state, prepared.recipe, prepared.train, prepared.val)
        run, prepared.recipe = self.module("training").open_run(config, *parts, None)
        run.signals.give_back()
        return run

    def fit(self, prepared: Prepared, loader: Any, callbacks: Any, epoch: int) -> None:
        """Run its loop from the start of an epoch until a callback ends it."""
        progress = prepared.state.progress
        progress.epoch = progress.passes = epoch
        progress.updates, progress.position = 0, loader.start
        loop = self.module("engine.loop").fit
        loop(prepared.state, prepared.recipe, loader, prepared.val, callbacks)


def write_table(path: Path) -> None:
    """Write made up numbers, and a class that follows from them."""
    draw = random.Random(0)
    lines = [",".join([*(f"column_{i}" for i in range(COLUMNS)), "target"])]
    for _ in range(ROWS):
        row = [draw.gauss(0, 1) for _ in range(COLUMNS)]
        lines.append(",".join([*(f"{x:.4f}" for x in row), "yes" if sum(row) > 0 else "no"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def write_text(path: Path, count: int, vocabulary: int) -> None:
    """Write made up words, the first of which are the most frequent, twelve in a line."""
    draw, made = random.Random(0), dict[str, None]()
    while len(made) < vocabulary:
        made["".join(draw.choices("etaoinshrdlu", k=draw.randint(2, 9)))] = None
    known = [*made]
    words = (known[int(vocabulary * draw.random() ** 3)] for _ in range(count))
    lines = (" ".join(islice(words, 12)) for _ in range(count // 12))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
