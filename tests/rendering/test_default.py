"""The project that Enter all the way makes: small enough to read in an evening."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import contents
from tools.render import Render


@pytest.fixture(scope="module")
def project(make: Render, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return digits with a resnet."""
    return make(tmp_path_factory.mktemp("default") / "digits")


def test_no_file_is_too_long_for_a_friend(project: Path) -> None:
    lines = {path: path.read_text().count("\n") for path in project.rglob("*.py")}
    assert {path: count for path, count in lines.items() if count > 270} == {}


def test_two_rooms(project: Path) -> None:
    """The owner's rooms stand beside the machine room, and none of its tests is rendered."""
    [package] = {path.parent.parent for path in project.glob("*/engine/loop.py")}
    names = {path.name for path in package.iterdir() if path.is_dir()}
    assert names == {"data", "engine", "models", "task"}
    assert not (project / "tests/engine").exists()


def test_no_function_over_sixty_lines(project: Path) -> None:
    for path in project.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno < 60, f"{path}: {node.name}"


def test_the_clock_is_not_read(project: Path, tmp_path: Path) -> None:
    """Rendered ten years on, the project is the same."""
    later = tmp_path / "digits"
    subprocess.run([sys.executable, Path(__file__).with_name("later.py"), later], check=True)
    now, then = contents(project), contents(later)
    assert [name for name in {**now, **then} if now.get(name) != then.get(name)] == []
