"""What keeps the template readable: rules for the parts, before anything is rendered."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined
from mldl.advice import complete
from mldl.catalog.dependencies import RANGES
from mldl.context import derive
from mldl.packaging import DEVELOPMENT
from mldl.packaging import STUBS as STUBS_OF_TYPES
from packaging.requirements import Requirement

from tools import ROOT
from tools.cells import few

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


def test_every_name_can_be_checked_out_on_windows() -> None:
    """Copier clones into a temporary folder, and a path may have 259 characters there."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found = [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]
    assert len(found) > 400
    assert [name for name in found if set(name) & set('"*:<>?|\\')] == []
    assert [name for name in found if len(name) > 190] == []


def test_links_stay_among_the_parts() -> None:
    links = {path for path in (ROOT / "template/parts").rglob("*") if path.is_symlink()}
    for path in links:
        assert path.resolve().is_relative_to(ROOT / "template/parts")
        assert path.exists(), f"{path} leads nowhere"


def includes(answers: dict[str, Any]) -> set[str]:
    """Return the parts that the stubs of a project include."""
    engine = Environment(undefined=StrictUndefined)
    values = derive(complete({"folder_name": "cell", **answers}))
    values["_copier_conf"] = {"answers_file": ".copier-answers.yml"}
    found = set()
    for stub in STUBS:
        places = map(engine.from_string, stub.relative_to(ROOT / "template/project").parts)
        if all(place.render(values) for place in places):
            for expression in re.findall(r"#: include (.+)", stub.read_text()):
                found.add(str(engine.compile_expression(expression)(**values)))
    return found


def named(answers: dict[str, Any]) -> str:
    return "-".join(map(str, answers.values())) or "defaults"


PROJECT = (ROOT / "template/project").rglob("*")
STUBS = [path for path in PROJECT if path.is_file() and "_cache" not in str(path)]
ANSWERS = [{}, {"augmentation": []}, {"distributed": True, "wandb_enabled": True, "docker": True}]


@pytest.mark.parametrize("answers", [*ANSWERS, *(each.answers for each in few())], ids=named)
def test_stubs_include_real_files(answers: dict[str, Any]) -> None:
    """A symbolic link in the parts is for tools that read them in place."""
    parts = includes(answers)
    assert len(parts) > 20
    assert [name for name in sorted(parts) if not (ROOT / name).is_file()] == []
    assert [name for name in sorted(parts) if (ROOT / name).is_symlink()] == []


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
