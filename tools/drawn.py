"""Projects that people asked for, and projects that a seed draws: for sessions that test them."""

import json
import random
from pathlib import Path
from typing import Any

from mldl.answers import accept
from mldl.problems import Rejected

from . import ROOT
from .cells import Cell
from .pairs import PARAMETERS, answers, fits

REQUESTS = (ROOT / "examples", ROOT / "tests/requests")


def requests() -> list[Cell]:
    """Return a project for each request that can be made; others are refused by name."""
    found = []
    for path in sorted(file for folder in REQUESTS for file in folder.glob("*.json")):
        if not refusal(path):
            found.append(Cell(f"request-{path.stem}", {"request_file": str(path)}))
    return found


def refusal(path: Path) -> str:
    """Return why a request cannot be made; blank if it can."""
    try:
        accept({"request": json.loads(path.read_text())}, {}, "project")
    except Rejected as rejected:
        return str(rejected)
    return ""


def drawn(seed: int, count: int) -> list[Cell]:
    """Return projects of answers that a seed draws among all that can go together."""
    chance, found = random.Random(seed), list[Cell]()
    while len(found) < count:
        row = draw(chance)
        if row is not None:
            name = f"drawn-{seed}-{len(found)}"
            once = not found  # the tests of the machine room take their time
            found.append(Cell(name, {**row, "project_name": "drawn", "engine_tests": once}))
    return found


def draw(chance: random.Random) -> dict[str, Any] | None:
    """Return some answers, or None if those of a parameter fit with nothing before."""
    row: frozenset[tuple[int, int]] = frozenset()
    for number, values in enumerate(PARAMETERS.values()):
        order = list(range(len(values)))
        chance.shuffle(order)
        for index in order:
            longer = row | {(number, index)}
            if number < 2 or fits(longer):  # the first two make sense with the third alone
                row = longer
                break
        else:
            return None
    return answers(row)
