"""README.md says what is there."""

import re

import pytest

from tools import ROOT
from tools.readme import README, between, catalogue


def test_the_table_is_that_of_the_catalogue() -> None:
    text = README.read_text()
    assert text == between(text, "catalogue", catalogue()), "run `python -m tools.readme`"


def test_there_is_a_place_for_figures() -> None:
    assert "\nx\n" in between(README.read_text(), "figures", "x\n")
    with pytest.raises(AssertionError):
        between("", "figures", "x\n")


def test_it_begins_with_the_command() -> None:
    text = README.read_text()
    first = re.search(r"```\n(.*?)\n", text)
    assert first is not None
    assert first[1].startswith("uvx --with copier-template-extensions copier copy --trust ")


@pytest.mark.parametrize("name", ["README.md", "AGENTS.md", "CHANGELOG.md"])
def test_files_that_are_named_exist(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text())
    assert [link for link in links if not (ROOT / link).exists()] == []
