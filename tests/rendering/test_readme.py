"""README.md says what is there."""

import json
import re

import pytest
import timm

from mldl.catalog import ROWS
from mldl.catalog.row import LICENCES
from tools import ROOT, figures
from tools.readme import README, between, catalogue


def test_the_table_is_that_of_the_catalogue() -> None:
    text = README.read_text()
    assert text == between(text, "catalogue", catalogue()), "run `python -m tools.readme`"


def test_the_licences_are_those_that_timm_states() -> None:
    names = {each.name for row in ROWS for each in row.backbones if "timm" in each.libraries}
    assert len(names) > 30
    assert {timm.get_pretrained_cfg(name).license for name in names} == {LICENCES["timm"]}


def test_a_table_needs_its_place() -> None:
    with pytest.raises(AssertionError):
        between("", "figures", "x\n")


FIGURES = json.loads((ROOT / "docs/figures.json").read_text())


@pytest.mark.parametrize("name", ["README.md", "docs/figures.md"])
def test_the_figures_are_those_that_were_measured(name: str) -> None:
    table = "".join(f"{line}\n" for line in figures.table(FIGURES))
    assert table in (ROOT / name).read_text(), "run `nox -s figures`"


@pytest.mark.parametrize("recipe", figures.RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_reaches_its_goal(recipe: figures.Recipe) -> None:
    assert figures.reached(recipe, FIGURES[recipe.name])


ADRS = sorted((ROOT / "docs/adr").glob("*.md"))
REGIMES = ("mlp", "cnn", "resnet18")
CONTENDERS = {
    "a plain loop": ("plain loop",),
    "Trainer, Lightning, accelerate": ("Trainer", "Lightning", "accelerate"),
    "the same, tuned": ("Trainer tuned", "Lightning tuned", "accelerate tuned"),
    "a loop written by hand": ("hand",),
}


@pytest.mark.parametrize("row", CONTENDERS)
def test_the_speed_is_that_of_the_benchmarks(row: str) -> None:
    """In the reader's table stand the ratios of docs/benchmarks.md, which its session writes."""
    report = (ROOT / "docs/benchmarks.md").read_text()
    cells = []
    for regime in REGIMES:
        part = report.split(f"\n## {regime}: ")[1].split("\n## ")[0]
        rows = [[each.strip() for each in line.split("|")] for line in part.splitlines()]
        ratios = {each[1]: each[5].split(" ")[0] for each in rows if len(each) > 5}
        cells.append(", ".join(ratios[name] for name in CONTENDERS[row]))
    line = next(line for line in README.read_text().splitlines() if line.startswith(f"| {row}"))
    assert line.endswith(f"| {' | '.join(cells)} |")


def test_it_begins_with_the_commands_that_show_it() -> None:
    text = README.read_text()
    first = re.search(r"```\n(.*?)\n", text)
    assert first is not None
    assert first[1].startswith("uvx nox -s demo")


def test_every_session_is_named_for_those_who_work_on_it() -> None:
    sessions = re.findall(r"@nox.session\ndef (\w+)", (ROOT / "noxfile.py").read_text())
    named = re.findall(r"^nox -s (\w+)", (ROOT / "AGENTS.md").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(sessions)


PAGES = ["README.md", "AGENTS.md", *(f"docs/adr/{each.name}" for each in ADRS)]
FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w.-]+\.(?:md|py|txt|ya?ml|json|toml))`")
NO_FILES = (
    ".copier-answers",
    "request.json",
    "perf/",
    "epoch/",
)  # what readers write, and names of figures


@pytest.mark.parametrize("name", PAGES)
def test_files_that_are_named_exist(name: str) -> None:
    """Links lead somewhere, and what looks like a path is one: here or in a project."""
    page = ROOT / name
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    named = [each for each in FILE.findall(text) if not each.startswith(NO_FILES)]
    assert links or named or name.startswith("docs/adr/")
    assert [link for link in links if not (page.parent / link).exists()] == []
    template = ROOT / "template"
    assert [x for x in named if not (ROOT / x).exists() and not any(template.rglob(x))] == []
