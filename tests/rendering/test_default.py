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


FILES = 82  # tests among them: lower this with every file that goes
LINES = 3_303  # 1,500 is the goal: lower this with every line that goes


def test_files_do_not_become_more(project: Path) -> None:
    files = [path for path in project.rglob("*") if path.is_file()]
    assert len(files) <= FILES, sorted(map(str, files))


def test_the_python_is_soon_read(project: Path) -> None:
    lines = {
        str(path.relative_to(project)): path.read_text().count("\n")
        for path in project.rglob("*.py")
        if "tests" not in path.relative_to(project).parts
    }
    assert sum(lines.values()) <= LINES
    assert max(lines.values()) <= 200


def test_no_function_over_forty_lines(project: Path) -> None:
    for path in project.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno < 40, f"{path}: {node.name}"


def test_the_clock_is_not_read(project: Path, tmp_path: Path) -> None:
    """Rendered ten years on, the project is the same."""
    later = tmp_path / "digits"
    subprocess.run([sys.executable, Path(__file__).with_name("later.py"), later], check=True)
    now, then = contents(project), contents(later)
    assert [name for name in {**now, **then} if now.get(name) != then.get(name)] == []
