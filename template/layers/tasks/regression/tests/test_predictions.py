"""What a prediction says in words."""

import pytest
import torch
from samples import make_info

from pkg.task.predictions import answer


def test_each_target_has_its_number() -> None:
    found = answer(torch.tensor([1.5, -2.0]), make_info(["length", "weight"]))
    assert found == {
        "prediction_length": pytest.approx(1.5),
        "prediction_weight": pytest.approx(-2.0),
    }
