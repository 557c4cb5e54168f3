"""A small template of its own: the repository's questions and extension, one small layer."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support import commit, git
from tools.render import without_settings

from .support import MODULES, ROOT, Copy


@pytest.fixture(autouse=True, scope="session")
def _no_user_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    without_settings(tmp_path_factory.mktemp("settings"))


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Return a tagged template with the repository's questions and extension."""
    root = tmp_path / "template"
    base = root / "template/layers/base"
    shutil.copytree(ROOT / "template/layers/base/configs", base / "configs")
    for name in ("questions", "extensions", "template/project"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, root / name, ignore=ignore)
    shutil.copy(ROOT / "copier.yml", root)
    for name, text in MODULES.items():
        module = base / "pkg" / name
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_text(text)
    (base / "cell.txt").write_text(
        "{{ task }} {{ layer_names | join(' ') }} {{ library }} {{ patch_size }}\n"
        "{{ dependencies | join(' ') }}\n{{ problem_description | yaml }}\n"
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
