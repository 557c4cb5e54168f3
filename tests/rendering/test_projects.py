"""Every cell of the catalogue, every pair of answers and each augmentation, rendered."""

from pathlib import Path
from typing import Any

import pytest
from checks import check

from mldl.catalog.features import AUGMENTATIONS
from tools.cells import Cell, cells, featured
from tools.pairs import projects
from tools.render import Render


@pytest.mark.parametrize("cell", [*cells(), *featured()], ids=lambda cell: cell.name)
def test_every_cell(make: Render, tmp_path: Path, cache: Path, cell: Cell) -> None:
    check(make(tmp_path / "cell", **cell.answers), "cell", cache)


PAIRS = projects()


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) >= 60


@pytest.mark.parametrize("answers", PAIRS, ids=range(len(PAIRS)))
def test_every_pair_of_answers(
    make: Render, tmp_path: Path, cache: Path, answers: dict[str, Any]
) -> None:
    check(make(tmp_path / "pairs", **answers), "pairs", cache)


KINDS = {"labels": "classification", "boxes": "detection", "masks": "segmentation"}
CHANGES = [(form, name) for name, each in AUGMENTATIONS.items() for form in each.layers]


@pytest.mark.parametrize(("form", "name"), CHANGES)
def test_each_augmentation_alone(
    make: Render, tmp_path: Path, cache: Path, form: str, name: str
) -> None:
    answers = {"project_name": "cell", "task": KINDS[form], "augmentation": [name]}
    check(make(tmp_path / "cell", **answers), "cell", cache)
