"""What a prediction says in words."""

import math

import pytest
import torch
from samples import make_info

from pkg.task.predictions import answer


def test_all_labels_above_one_half_are_named_with_all_probabilities() -> None:
    found = answer(
        torch.tensor([math.log(3), -math.log(3), 0.1]), make_info(["red", "round", "big"])
    )
    assert found.pop("probability_big") > 0.5
    assert found == {
        "prediction": "red;big",
        "probability_red": pytest.approx(0.75),
        "probability_round": pytest.approx(0.25),
    }


def test_there_may_be_none() -> None:
    assert answer(torch.tensor([-1.0]), make_info(["red"]))["prediction"] == ""
