"""A small template of its own: the repository's questions and extension, few files."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support import commit, git
from tools.render import without_settings

from .support import CONFIG, MODEL, ROOT, SETTINGS, Copy


@pytest.fixture(autouse=True, scope="session")
def _no_user_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    without_settings(tmp_path_factory.mktemp("settings"))


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
    (package / "experiment.py").write_text("")
    (package / "config.py").write_text(CONFIG)
    (package / "models/settings.py").write_text(MODEL)
    (project / "cell.txt").write_text(
        "{{ task }} {{ family }} {{ library }} {{ patch_size }}\n"
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
