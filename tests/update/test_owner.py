"""`copier update` in the project of somebody who has made it their own."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from copier import run_copy, run_update
from copier.errors import UserMessageError

from tests.support import commit, git
from tools.render import copy_template

OPTIONS: dict[str, Any] = {"defaults": True, "unsafe": True, "quiet": True}
MODEL = "digits/models/model.py"
CONFIG = "configs/config.yaml"


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, f"{path} has no {old}"
    path.write_text(text.replace(old, new, 1))


def files(project: Path) -> dict[str, bytes]:
    """Return what git sees in the project, but for the answers."""
    names = git(project, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return {
        name: (project / name).read_bytes()
        for name in names.split("\0")
        if name and name != ".copier-answers.yml" and (project / name).exists()
    }


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the template at v0.1.0, and a project made from it, both under git."""
    folder = tmp_path_factory.mktemp("first")
    template = copy_template(folder / "mldl-template")
    git(template, "init", "--quiet")
    commit(template, "v0.1.0")
    run_copy(str(template), folder / "digits", **OPTIONS)
    git(folder / "digits", "init", "--quiet")
    commit(folder / "digits")
    return template, folder / "digits"


@pytest.fixture
def template(first: tuple[Path, Path], tmp_path: Path) -> Path:
    """Return a template of its own for each test."""
    return Path(shutil.copytree(first[0], tmp_path / "mldl-template", symlinks=True))


@pytest.fixture
def project(first: tuple[Path, Path], template: Path, tmp_path: Path) -> Path:
    """Return a project that comes from `template`."""
    folder = Path(shutil.copytree(first[1], tmp_path / "digits"))
    path = folder / ".copier-answers.yml"
    path.write_text(re.sub(r"(?m)^_src_path: .*$", f"_src_path: {template}", path.read_text()))
    commit(folder)
    return folder


def files_of_new(template: Path, folder: Path, **data: Any) -> dict[str, bytes]:
    """Return the files of a project that is made with these answers today."""
    run_copy(str(template), folder, data=data, **OPTIONS)
    git(folder, "init", "--quiet")
    return files(folder)


def update(project: Path, **data: Any) -> None:
    run_update(str(project), data=data, overwrite=True, **OPTIONS)


def test_what_the_owner_wrote_stays(template: Path, project: Path) -> None:
    replace(project / MODEL, '"""', '"""Ours: ')
    replace(project / CONFIG, "num_epochs: 10", "num_epochs: 77")
    with (project / "README.md").open("a") as readme:
        readme.write("\nWe count our own digits.\n")
    (project / "digits/ours.py").write_text("OURS = 1\n")
    commit(project)
    engine = template / "template/layers/engine/pkg/engine/loop.py"
    engine.write_text(engine.read_text() + "\n\nNEWER = True\n")
    path = "extensions/mldl/catalog/dependencies.py"
    replace(template / path, '"tqdm": ">=4.66,<5"', '"tqdm": ">=4.67,<5"')
    commit(template, "v0.2.0")

    update(project)
    assert (project / MODEL).read_text().startswith('"""Ours: ')
    assert "num_epochs: 77" in (project / CONFIG).read_text()
    assert (project / "README.md").read_text().endswith("We count our own digits.\n")
    assert (project / "digits/ours.py").exists()
    assert "NEWER = True" in (project / "digits/engine/loop.py").read_text()
    assert "tqdm>=4.67,<5" in (project / "pyproject.toml").read_text(), "the old catalogue"
    answers = (project / ".copier-answers.yml").read_text()
    assert "_commit: v0.2.0" in answers
    assert not any(b"<<<<<<<" in content for content in files(project).values())
    assert not list(project.rglob("*.rej"))


def test_an_update_reaches_every_file(template: Path, project: Path, tmp_path: Path) -> None:
    for part in (template / "template/layers").rglob("*.py"):
        part.write_text(part.read_text() + "\n\nNEWER = True\n")
    commit(template, "v0.2.0")
    mine = project / "data/mine.txt"
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine\n")

    update(project)
    assert mine.read_text() == "mine\n"
    mine.unlink()
    assert files(project) == files_of_new(template, tmp_path / "new/digits")


def test_another_answer_reaches_every_file(template: Path, project: Path, tmp_path: Path) -> None:
    update(project, data_source="image_csv", dataset_path="data/targets.csv")
    kept = yaml.safe_load((project / ".copier-answers.yml").read_text())
    answers = {name: value for name, value in kept.items() if not name.startswith("_")}
    assert files(project) == files_of_new(template, tmp_path / "new/digits", **answers)


def test_the_same_version_again_changes_nothing(project: Path) -> None:
    before = files(project)
    update(project)
    assert files(project) == before
    assert git(project, "status", "--porcelain") == ""


def test_a_feature_comes_and_goes(project: Path) -> None:
    before = files(project)
    update(project, ema=True)
    assert "ema_decay" in (project / CONFIG).read_text()
    assert files(project) != before
    commit(project)
    update(project, ema=False)
    assert files(project) == before


def test_edits_survive_a_feature(project: Path) -> None:
    replace(project / MODEL, '"""', '"""Ours: ')
    commit(project)
    update(project, docker=not (project / "Dockerfile").exists())
    assert (project / MODEL).read_text().startswith('"""Ours: ')


def test_a_frozen_answer_is_refused_with_the_reason(project: Path) -> None:
    before = files(project)
    with pytest.raises(UserMessageError, match="architecture: is settled at"):
        update(project, architecture="vit")
    assert files(project) == before
