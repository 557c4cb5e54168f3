"""What keeps the template readable: rules for the parts, before anything is rendered."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from mldl.catalog.dependencies import RANGES
from packaging.requirements import Requirement

from tools import ROOT

PARTS = sorted(
    path
    for path in (ROOT / "template/parts").rglob("*.py")
    if not path.is_symlink() and "_cache" not in str(path)
)
FOLDERS = ("benchmarks", "extensions", "tools", "tests")
OURS = [ROOT / "noxfile.py", *(path for name in FOLDERS for path in (ROOT / name).rglob("*.py"))]
DIRECTIVE = re.compile(r"^\s*#:\s*(\w+)?(.*)$")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PARTS, ids=relative)
def test_a_part_is_python_with_few_guards(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\{\{|\{%|\{#", text), "a part holds an expression of the template"
    depth = guards = 0
    for line in text.splitlines():
        if found := DIRECTIVE.match(line):
            word = found[1]
            assert word in ("if", "else", "elif", "endif"), f"{line}: no guard"
            depth += {"if": 1, "endif": -1}.get(word, 0)
            guards += word == "if"
            assert depth <= 1, "a guard inside a guard"
        elif depth:
            assert not re.match(r"\s*(import|from)\s", line), f"{line}: a guarded import"
    assert depth == 0
    assert guards <= 5


@pytest.mark.parametrize("path", [*PARTS, *OURS], ids=relative)
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text()
    is_test = path.is_relative_to(ROOT / "tests")
    assert is_test or text.count("\n") <= 200
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            lines = node.end_lineno - node.lineno + 1
            assert is_test or lines <= 40, f"{node.name} has {lines} lines"


def test_stubs_include_real_files() -> None:
    """A symbolic link in the parts is for tools that read them in place."""
    links = {path for path in (ROOT / "template/parts").rglob("*") if path.is_symlink()}
    for path in links:
        assert path.resolve().is_relative_to(ROOT / "template/parts")
        assert path.exists(), f"{path} leads nowhere"


def test_the_tested_versions_are_within_the_stated_ranges() -> None:
    lines = (ROOT / "requirements/tested.txt").read_text().splitlines()
    tested = [Requirement(line) for line in lines if line and not line.startswith("#")]
    pins = {each.name: str(each.specifier).removeprefix("==") for each in tested}
    for name, span in RANGES.items():
        stated = Requirement(name + span)
        assert stated.specifier.contains(pins[stated.name]), name


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", project["version"])
