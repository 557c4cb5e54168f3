"""What a prediction says in words."""

import math

import pytest
import torch
from samples import make_info

from pkg.task.predictions import answer


def test_the_likeliest_class_comes_with_all_probabilities() -> None:
    found = answer(torch.tensor([0.0, math.log(3)]), make_info(["cat", "dog"]))
    assert found == {
        "prediction": "dog",
        "probability": pytest.approx(0.75),
        "probability_cat": pytest.approx(0.25),
        "probability_dog": pytest.approx(0.75),
    }
