"""The questions that Copier reads are those of the table of answers."""

import re

import pytest

from mldl.fields import FIELDS, SECTIONS
from mldl.options import CHOICES
from mldl.questions import QUICK
from tools.questions import FOLDER, files

from .support import ROOT


@pytest.mark.parametrize("name", files())
def test_a_file_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text() == files()[name], "run `python -m tools.questions`"


def test_copier_includes_every_file_in_the_order_of_the_table() -> None:
    text = (ROOT / "copier.yml").read_text()
    included = re.findall(r"^!include questions/(\w+)\.yml$", text, re.MULTILINE)
    assert included == list(SECTIONS)
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(files())


def test_what_is_asked_and_chosen_is_in_the_table() -> None:
    assert set(QUICK) | set(CHOICES) <= set(FIELDS)
    assert len(QUICK) == 8


def test_words_are_plain_yaml() -> None:
    """They stand between double quotes, and Jinja reads them."""
    for field in FIELDS.values():
        if isinstance(field.question, str):
            assert not re.search(r'["\\{}\n]', field.question), field.question
