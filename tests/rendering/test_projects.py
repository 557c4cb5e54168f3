"""Cells of the catalogue, pairs of answers and each augmentation, rendered.

Cells in which every architecture and every source occurs are always among them; of the others
and of the pairs a part has its turn each day, and ALL_TURNS=1 gives it to all.
"""

from pathlib import Path

import pytest
from checks import check

from mldl.catalog.features import AUGMENTATIONS
from tools.cells import Cell, cells, featured, few, in_turn
from tools.pairs import projects
from tools.render import Render

ALWAYS = few()
OTHERS = [cell for cell in cells() if cell not in ALWAYS]
CELLS = [*ALWAYS, *in_turn(OTHERS, 5), *featured()]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_every_cell(make: Render, tmp_path: Path, cache: Path, cell: Cell) -> None:
    check(make(tmp_path / "cell", **cell.answers), "cell", cache)


PAIRS = projects()


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) >= 60


@pytest.mark.parametrize("number", in_turn(range(len(PAIRS)), 5))
def test_every_pair_of_answers(make: Render, tmp_path: Path, cache: Path, number: int) -> None:
    check(make(tmp_path / "pairs", **PAIRS[number]), "pairs", cache)


KINDS = {
    "labels": {"task": "classification"},
    "boxes": {"task": "detection"},
    "masks": {"task": "segmentation"},
    "instances": {"task": "segmentation", "objective": "instance"},
}
CHANGES = [(form, name) for name, each in AUGMENTATIONS.items() for form in each.layers]


@pytest.mark.parametrize(("form", "name"), CHANGES)
def test_each_augmentation_alone(
    make: Render, tmp_path: Path, cache: Path, form: str, name: str
) -> None:
    answers = {"project_name": "cell", **KINDS[form]}
    check(make(tmp_path / "cell", **answers, augmentation=[name]), "cell", cache)
