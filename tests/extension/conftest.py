"""A small template of its own: the repository's questions and extension, few files."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "extensions"))
REQUESTS = Path(__file__).parent / "requests"
Copy = Callable[..., Path]

SETTINGS = '''
@dataclass(frozen=True)
class TrainingSettings:
    optimizer: Literal["adamw", "sgd"] = "adamw"
    """Rule that moves the weights."""
    learning_rate: float = 1e-3
    """Step size."""
    gradient_clipping: float | None = None
    """Largest norm of the gradient; null leaves it as it is."""
    num_epochs: int = 10
    """Passes over the data."""

@dataclass(frozen=True)
class ExperimentSettings:
    checkpoint_dir: str = "checkpoints"
    """Folder of the checkpoints."""
'''
CONFIG = '''
@dataclass(frozen=True)
class DataSettings:
    dataset_path: str = "data"
    """Where the data are."""
    augmentation: list[str] = field(default_factory=list)
    """Changes of images."""
    max_samples: int | None = None
    """Samples to use at most; null uses all of them, which is what one wants, as a rule."""

@dataclass(frozen=True)
class Config:
    data: DataSettings
    model: ModelSettings
    training: TrainingSettings
    experiment: ExperimentSettings
'''
MODEL = '''
@dataclass(frozen=True)
class ModelSettings:
    #: if row.backbones
    backbone: str = ""
    """Published network."""
    #: endif
    dropout: float = 0.0
    """Share of features dropped."""
'''


@pytest.fixture(autouse=True, scope="session")
def _no_user_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = tmp_path_factory.mktemp("settings") / "settings.yml"
    settings.write_text("{}\n")
    os.environ["COPIER_SETTINGS_PATH"] = str(settings)


def git(folder: Path, *arguments: str) -> None:
    """Run git as somebody."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, tag: str = "") -> None:
    """Commit everything in `folder`, and tag it."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "change")
    if tag:
        git(folder, "tag", tag)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Return a tagged template with the repository's questions and extension."""
    root = tmp_path / "template"
    project = root / "template/project"
    shutil.copytree(ROOT / "template/project/configs", project / "configs")
    for name in ("questions", "extensions"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, root / name, ignore=ignore)
    shutil.copy(ROOT / "copier.yml", root)
    answers = "{{_copier_conf.answers_file}}"
    shutil.copy(ROOT / "template/project" / answers, project / answers)
    package = project / "{{package_name}}"
    (package / "models").mkdir(parents=True)
    (package / "settings.py").write_text(SETTINGS)
    (package / "config.py").write_text(CONFIG)
    (package / "models/settings.py").write_text(MODEL)
    (project / "cell.txt").write_text(
        "{{ task }} {{ family }} {{ library }} {{ patch_size }} {{ class_count }}\n"
        "{{ dependencies | join(' ') }}\n{{ problem_description | py }}\n"
    )
    git(tmp_path, "init", "--quiet", str(root))
    commit(root, "v1")
    return root


@pytest.fixture
def copy(template: Path, tmp_path: Path) -> Copy:
    """Return a function that makes a project without asking."""
    from copier import run_copy

    def make(name: str = "project", request: Any = None, **data: Any) -> Path:
        if request is not None:
            path = tmp_path / "request.json"
            path.write_text(request if isinstance(request, str) else json.dumps(request))
            data["request_file"] = str(path)
        options: dict[str, Any] = {"defaults": True, "unsafe": True, "quiet": True}
        run_copy(str(template), tmp_path / name, data=data, **options)
        return tmp_path / name

    return make


def load_request(name: str) -> dict[str, Any]:
    """Return one of the requests beside the tests."""
    request: dict[str, Any] = json.loads((REQUESTS / f"{name}.json").read_text())
    return request
