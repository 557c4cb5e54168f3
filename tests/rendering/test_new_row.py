"""One new row with one new folder makes projects: an architecture, a source of data, a task."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checks import check

from tools.render import copy_template, render

CATALOGUE = "extensions/mldl/catalog"
LAYERS = "template/layers"

LINEAR = """
LINEAR = replace(
    CLASSIFICATION,
    architecture="linear",
    label="Logistic regression",
    reason="one weight for each column",
    library_class="torch.nn.Linear",
    layers=(
        *("base", "packages", "packages/formats", "engine"),
        *("table/encodings", "table/dialect", "table"),
        "models/linear",
    ),
    settings=("dropout",),
)
ROWS += (LINEAR,)
"""
MODEL = '''"""A linear model of the rows of a table.

Shapes: B rows in the batch, F features of a row, K outputs.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn


class TableModel(nn.Module):
    """Dropout on the features, and a linear head."""

    def __init__(self, num_features: int, num_outputs: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.backbone = nn.Dropout(dropout)
        self.head = nn.Linear(num_features, num_outputs)

    def forward(self, rows: Tensor) -> Tensor:
        """Map rows [B, F] to outputs [B, K]."""
        outputs: Tensor = self.head(self.backbone(rows))
        return outputs

    def get_num_parameters(self) -> int:
        """Count the weights."""
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        """Do nothing: there is a head alone."""

    def unfreeze_backbone(self) -> None:
        """Do nothing: there is a head alone."""


def build_model(input_shape: Sequence[int], num_outputs: int, **settings: Any) -> TableModel:
    """Make the model for rows of `input_shape` [F]; settings as in ModelSettings."""
    return TableModel(input_shape[0], num_outputs, **settings)
'''
SETTINGS = '''"""Settings of the linear model: the section `model` of configs/config.yaml."""

from dataclasses import dataclass

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """What there is to set."""

    dropout: float = 0.1  # dropout probability

    def __post_init__(self) -> None:
        """Refuse what no model can have."""
        require(self, "model", ["dropout"], lambda value: 0 <= value < 1)


def without_weights(settings: ModelSettings) -> ModelSettings:
    """Return the settings of the same model for weights from a checkpoint: it has no others."""
    return settings
'''
SQUARES = """
SOURCES["squares"] = Source(
    name="squares",
    reason="points and the sum of their squares",
    about="Points in `data.dataset_path`.",
    feeds=TABLES,
    layers={"table": ("table/sources/squares",)},
    usual="data/squares.csv",
    columns=("table",),
)
"""
OURS = "\n\nOURS = True\n"
RANKING = """
OBJECTIVES["ranks"] = Objective(
    name="ranks",
    reason="a rank for each sample",
    does="gives a rank to",
    layers=("tasks/outputs", "tasks/ranking"),
    metrics=("r2", "mse", "mae"),
)
TASKS["ranking"] = Task(
    name="ranking",
    reason="which place has it?",
    objectives=(OBJECTIVES["ranks"],),
    modality="table",
)
"""
RANKS = """
ROWS += (replace(REGRESSION, task="ranking", objectives=("ranks",)),)
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Return a copy of the template, to be added to."""
    return copy_template(tmp_path / "mldl-template")


def append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(text)


def train(project: Path) -> None:
    """Train for a moment."""
    command = [sys.executable, "train.py", "--config", "configs/smoke.yaml"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "checkpoints-smoke/best_model.pt").is_file()


def test_an_architecture(template: Path, tmp_path: Path, cache: Path) -> None:
    append(template / CATALOGUE / "table.py", LINEAR)
    append(template / LAYERS / "models/linear/pkg/models/model.py", MODEL)
    append(template / LAYERS / "models/linear/pkg/models/settings.py", SETTINGS)
    shutil.copytree(
        template / LAYERS / "models/mlp/tests", template / LAYERS / "models/linear/tests"
    )
    answers = {"modality": "table", "architecture": "linear"}
    project = render(template, tmp_path / "lines", **answers)
    assert (project / "lines/models/model.py").read_text() == MODEL
    check(project, "lines", cache)
    train(project)


def write(path: Path) -> None:
    """Write points, and the sum of their squares."""
    points = [(number % 7, number % 4) for number in range(60)]
    path.parent.mkdir(parents=True)
    path.write_text("x,y,sum\n" + "".join(f"{x},{y},{x**2 + y**2}\n" for x, y in points))


def test_a_source(template: Path, tmp_path: Path, cache: Path) -> None:
    append(template / CATALOGUE / "sources.py", SQUARES)
    sources = template / LAYERS / "table/sources"
    shutil.copytree(sources / "file", sources / "squares")
    append(sources / "squares/pkg/data/source.py", OURS)
    answers = {"task": "regression", "modality": "table", "data_source": "squares"}
    project = render(template, tmp_path / "points", **answers)
    assert (project / "points/data/source.py").read_text().endswith(OURS)
    write(project / "data/squares.csv")
    check(project, "points", cache)
    train(project)


def test_a_task(template: Path, tmp_path: Path, cache: Path) -> None:
    append(template / CATALOGUE / "tasks.py", RANKING)
    append(template / CATALOGUE / "table.py", RANKS)
    sources = template / CATALOGUE / "sources.py"
    feeds = '("regression", "table"))'
    assert feeds in sources.read_text()
    sources.write_text(sources.read_text().replace(feeds, f'{feeds[:-1]}, ("ranking", "table"))'))
    layers = template / LAYERS / "tasks"
    shutil.copytree(layers / "regression", layers / "ranking")
    project = render(template, tmp_path / "places", task="ranking", data_source="table")
    write(project / "data/table.csv")
    check(project, "places", cache)
    train(project)
