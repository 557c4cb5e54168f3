"""Projects made in this process, by Copier itself, from the working tree as it stands."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from copier import run_copy

from . import ROOT

PIECES = ("copier.yml", "questions", "extensions", "requirements", "template")
SETTINGS = "COPIER_SETTINGS_PATH"  # where Copier looks for those of its user
Render = Callable[..., Path]


def copy_template(folder: Path) -> Path:
    """Copy what Copier reads into a folder without git, where rendering is quickest."""
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache")
    for name in PIECES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, symlinks=True, ignore=ignore)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
    return folder


def render(template: Path, project: Path, **answers: Any) -> Path:
    """Make a project with these answers, and advice where none is given."""
    options: dict[str, Any] = {"defaults": True, "unsafe": True, "quiet": True}
    run_copy(str(template), project, data=answers, vcs_ref=None, **options)
    return project


def without_settings(folder: Path) -> None:
    """Give Copier empty settings, in `folder`, in the place of a user's own."""
    settings = folder / "settings.yml"
    settings.write_text("{}\n")
    os.environ[SETTINGS] = str(settings)


@contextmanager
def renderer() -> Iterator[Render]:
    """Give a function `make(project, **answers)`; a user's own Copier settings have no say."""
    before = os.environ.get(SETTINGS)
    with TemporaryDirectory() as folder:
        try:
            without_settings(Path(folder))
            template = copy_template(Path(folder) / "mldl-template")
            yield lambda project, **answers: render(template, project, **answers)
        finally:
            os.environ.pop(SETTINGS, None)
            os.environ |= {} if before is None else {SETTINGS: before}
