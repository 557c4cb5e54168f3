"""What the tests of the extension share: requests and a few small settings."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from mldl.answers import accept
from mldl.problems import Problem, Rejected

ROOT = Path(__file__).parents[2]
REQUESTS = Path(__file__).parent / "requests"
Copy = Callable[..., Path]

ENGINE = '''
@dataclass(frozen=True)
class TrainingSettings:
    optimizer: Literal["adamw", "sgd"] = "adamw"
    """Optimizer."""
    learning_rate: float = 1e-3
    """Step size."""
    gradient_clipping: float | None = None
    """Largest norm of the gradient; null leaves it as it is."""
    num_epochs: int = 10
    """Passes over the data."""

@dataclass(frozen=True)
class ExperimentSettings:
    log_every: int = 10
    """Updates between two log points."""
    checkpoint_dir: str = "checkpoints"
    """Folder of the checkpoints."""
'''
DATA = '''
FIXED = frozenset({"dataset_path"})

@dataclass(frozen=True)
class DataSettings:
    PLACE: ClassVar[str] = "data"
    dataset_path: str = "data"
    """Where the data are."""
    augmentation: list[str] = field(default_factory=list)
    """Augmentations of images."""
    max_samples: int | None = None
    """Samples to use at most; null uses all of them, which is what one wants, as a rule."""
'''
MODEL = '''
@dataclass(frozen=True)
class ModelSettings:
    #: if has_backbone
    backbone: str = ""
    """Published network."""
    #: endif
    dropout: float = 0.0
    """Dropout probability."""
'''
TASK = '''
@dataclass(frozen=True)
class TaskSettings:
    """What only the task knows."""

    #: if task == "classification"
    label_smoothing: float = 0.0
    """Label smoothing."""
    #: endif
'''
CONFIG = """
from pkg.data.settings import DataSettings

@dataclass(frozen=True)
class Config:
    data: DataSettings
    model: ModelSettings
    task: TaskSettings
    training: TrainingSettings
    experiment: ExperimentSettings
"""
MODULES = {
    "data/settings.py": DATA,
    "models/settings.py": MODEL,
    "task/settings.py": TASK,
    "engine/settings.py": ENGINE,
    "config.py": CONFIG,
}


def load_request(name: str) -> dict[str, Any]:
    """Return one of the requests beside the tests."""
    request: dict[str, Any] = json.loads((REQUESTS / f"{name}.json").read_text())
    return request


def problems(tmp_path: Path, request: Any) -> list[Problem]:
    """Return the problems for which a request is refused."""
    path = tmp_path / "request.json"
    if isinstance(request, bytes):
        path.write_bytes(request)
    else:
        path.write_text(request if isinstance(request, str) else json.dumps(request))
    with pytest.raises(Rejected) as rejected:
        accept({"request_file": str(path)}, {})
    return rejected.value.problems


def build(pointer: str, value: Any, **more: Any) -> dict[str, Any]:
    """Return a small valid request with `value` at `pointer`."""
    request: dict[str, Any] = {"ml_task": {"type": "classification"}}
    for place, item in {pointer: value, **more}.items():
        node = request
        *parents, last = place.strip("/").split("/")
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = item
    return request


def answers_of(project: Path) -> dict[str, Any]:
    answers: dict[str, Any] = yaml.safe_load((project / ".copier-answers.yml").read_text())
    return answers
