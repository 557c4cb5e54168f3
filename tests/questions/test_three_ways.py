"""Typed, given by --data and read from a request: the same project, to the byte."""

import json
from pathlib import Path

import pytest

from tests.support import CLEAR, DOWN, GROUPS, contents, talk
from tools.render import Render, copy_template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the template in a folder of its own."""
    return copy_template(tmp_path_factory.mktemp("questions") / "mldl-template")


def test_enter_all_the_way(template: Path, make: Render, tmp_path: Path) -> None:
    questions = talk(template, tmp_path / "typed/digits", {})
    assert 1 <= len(questions) <= 8
    assert contents(tmp_path / "typed/digits") == contents(make(tmp_path / "given/digits"))


def test_everything_asked(template: Path, make: Render, tmp_path: Path) -> None:
    answers = {
        "task": "regression",
        "modality": "table",
        "num_layers": "3",
        "learning_rate": "0.01",
        "ema": "yes",
    }
    keys = {
        "How much do you want": [DOWN],
        "to be learnt": [DOWN],
        "How many layers": [f"{CLEAR}3"],
        "learning rate": [f"{CLEAR}0.01"],
        "moving average": ["y"],
        **GROUPS,
    }
    questions = talk(template, tmp_path / "typed/one", keys)
    assert len(set(questions)) == len(questions) > 20
    request = {
        "ml_task": {"type": "regression", "modality": "table"},
        "model_config": {"num_layers": 3},
        "training_config": {"learning_rate": 0.01},
    }
    path = tmp_path / "request.json"
    path.write_text(json.dumps(request))
    expected = contents(make(tmp_path / "data/one", **answers))
    assert contents(tmp_path / "typed/one") == expected
    from_request = make(tmp_path / "request/one", request_file=str(path), ema="yes")
    assert contents(from_request) == expected
