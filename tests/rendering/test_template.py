"""What keeps the template readable: rules for its code, before anything is rendered."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from mldl.catalog.dependencies import RANGES
from mldl.packaging import DEVELOPMENT
from mldl.packaging import STUBS as STUBS_OF_TYPES
from tools import ROOT

CODE = sorted((ROOT / "template/layers").rglob("*.py"))
FOLDERS = ("benchmarks", "extensions", "tools", "tests")
OURS = [ROOT / "noxfile.py", *(path for name in FOLDERS for path in (ROOT / name).rglob("*.py"))]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


ENGINE = [path for path in CODE if "pkg/engine" in path.as_posix()]


@pytest.mark.parametrize("path", ENGINE, ids=relative)
def test_the_machine_room_is_closed(path: Path) -> None:
    """It imports nothing of a project outside itself."""
    depth = len(path.parts) - path.parts.index("pkg") - 2  # of the file, below the package
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level <= depth, f"{path}:{node.lineno} leaves engine/"
            assert not str(node.module).startswith("pkg"), f"{path}:{node.lineno} names the package"


@pytest.mark.parametrize("path", [*CODE, *OURS], ids=relative)
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text()
    is_test = "tests" in path.relative_to(ROOT).parts
    assert is_test or text.count("\n") <= 270
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            lines = node.end_lineno - node.lineno + 1
            assert is_test or lines <= 60, f"{node.name} has {lines} lines"


def test_every_name_can_be_checked_out_on_windows() -> None:
    """Copier clones into a temporary folder, and a path may have 259 characters there."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found = [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]
    assert len(found) > 400
    assert [name for name in found if set(name) & set('"*:<>?|\\')] == []
    assert [name for name in found if len(name) > 190] == []


def test_the_tested_versions_are_within_the_stated_ranges() -> None:
    lines = (ROOT / "requirements/tested.txt").read_text().splitlines()
    tested = [Requirement(line) for line in lines if line and not line.startswith("#")]
    pins = {each.name: str(each.specifier).removeprefix("==") for each in tested}
    for name, span in [*RANGES.items(), *DEVELOPMENT.items(), *STUBS_OF_TYPES.values()]:
        stated = Requirement(name + span)
        assert stated.specifier.contains(pins[stated.name]), name


def test_the_version_is_that_of_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    heads = re.findall(r"^## \[(.+)\]$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heads[:2] == ["Unreleased", version]
