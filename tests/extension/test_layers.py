"""Rows and folders agree, and a layer is Python that runs as it stands."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mldl import layers
from mldl.advice import complete
from mldl.catalog import ROWS, Row
from mldl.catalog.features import FEATURES
from mldl.catalog.sources import SOURCES
from mldl.catalog.stack import all_layers
from mldl.catalog.tasks import METRICS, OBJECTIVES, TASKS, Objective, form_of
from mldl.context import derive
from mldl.layers import files_of, stacked
from mldl.options import augmentations

from .support import ROOT

LAYERS = ROOT / "template/layers"
PYTHON = sorted(path for path in LAYERS.rglob("*.py") if "_cache" not in str(path))
DIRECTIVE = re.compile(r"(\s*)#:\s*(\w+)")
IMPORT = re.compile(r"(import|from)\s")


def test_every_layer_that_a_row_names_has_files() -> None:
    held = files_of(all_layers(ROWS))
    assert [name for name in held if name and not held[name]] == []


def test_every_file_is_in_a_layer_that_a_row_names() -> None:
    assert files_of(all_layers(ROWS))[""] == []


def test_there_are_two_files_to_render_and_no_links() -> None:
    found = [path.name for path in (ROOT / "template/project").rglob("*") if path.is_file()]
    assert len(found) == 2
    assert [path for path in (ROOT / "template").rglob("*") if path.is_symlink()] == []


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.relative_to(LAYERS).as_posix())
def test_a_file_of_a_layer_is_python_with_few_guards(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\{\{|\{%|\{#", text), "an expression of the template"
    depth = guards = 0
    for line in text.splitlines():
        if found := DIRECTIVE.match(line):
            word = found[2]
            assert word in ("if", "else", "elif", "endif"), f"{line}: no guard"
            depth += {"if": 1, "endif": -1}.get(word, 0)
            guards += word == "if"
            assert depth <= 1, f"{line}: a guard inside a guard"
        elif depth:
            assert not IMPORT.match(line), f"{line}: a guarded import"
    assert depth == 0
    assert guards <= 8


def test_packages_alone_make_packages() -> None:
    """In place the layers are one package of many folders: an __init__.py would hide some."""
    found = {path.relative_to(LAYERS).parts[0] for path in LAYERS.glob("**/pkg/**/__init__.py")}
    assert found == {"packages"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.task}-{row.modality}")
def test_what_is_rendered_has_every_package(row: Row) -> None:
    answers = {"task": row.task, "modality": row.modality, "architecture": row.architecture}
    every = {feature.name: True for feature in FEATURES if feature.name not in ("augmentation",)}
    changes = list(augmentations(complete(answers)))
    for more in ({}, {**every, "augmentation": changes}):
        files = derive(complete({**answers, **more, "package_name": "mine"}))["layers"]
        paths = {file.path for file in files}
        modules = [path for path in paths if path.endswith(".py") and path.startswith("mine/")]
        folders = {module.rpartition("/")[0] for module in modules}
        assert {f"{folder}/__init__.py" for folder in folders} <= paths


def test_a_later_layer_wins_and_a_layer_within_another_is_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("a/x.txt", "a/pkg/y.txt", "a/b/x.txt", "a/pkg/.z_cache/w", "a/pkg/__pycache__/w"):
        path = tmp_path / "template/layers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    monkeypatch.setattr(layers, "ROOT", tmp_path)
    one = [("mine/y.txt", "template/layers/a/pkg/y.txt"), ("x.txt", "template/layers/a/x.txt")]
    assert stacked(["a"], ["a", "a/b"], "mine") == one
    two = [one[0], ("x.txt", "template/layers/a/b/x.txt")]
    assert stacked(["a", "a/b"], ["a", "a/b"], "mine") == two
    assert files_of({"a/b"})[""] == ["a/x.txt", "a/pkg/y.txt"]


def test_tasks_objectives_and_sources_speak_of_what_there_is() -> None:
    cells = {(row.task, row.modality) for row in ROWS}
    assert {row.task for row in ROWS} == set(TASKS)
    assert {name for row in ROWS for name in row.objectives} == set(OBJECTIVES)
    for source in SOURCES.values():
        assert set(source.feeds) <= cells
        forms = {
            form_of(modality, objective.name)
            for task, modality in source.feeds
            for objective in TASKS[task].objectives
            if objective.name not in source.lacks
        }
        assert set(source.columns) <= forms
        assert set(source.lacks) <= set(OBJECTIVES)
        assert source.name == "bundled" or set(source.layers) == forms
        assert source.name == "bundled" or source.about.format(fetched="", package="x")


@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=lambda each: each.name)
def test_the_metrics_of_a_row_are_those_of_its_layer(objective: Objective) -> None:
    """Both say which metric is the primary one, and in which direction each is better."""
    places = (LAYERS / layer / "pkg/task/metrics.py" for layer in objective.layers)
    *_, place = (path for path in places if path.exists())
    module = ast.parse(place.read_text())
    (found,) = [node for node in module.body if getattr(node, "name", "") == "Metrics"]
    assert isinstance(found, ast.ClassDef)
    values = dict(constants(found))
    assert values["primary"] == objective.metrics[0]
    directions = values["higher_is_better"]
    for name in objective.metrics:
        assert directions[name] == METRICS[name].higher_is_better


def constants(found: ast.ClassDef) -> Iterator[tuple[str, Any]]:
    """Yield what a class says of its metrics: the primary one, and which are better higher."""
    for node in found.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if name == "primary":
                    yield name, ast.literal_eval(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                if name == "higher_is_better":
                    yield name, ast.literal_eval(value)
