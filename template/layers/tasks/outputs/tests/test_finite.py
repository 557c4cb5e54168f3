"""Outputs that are not finite."""

import pytest
import torch
from counted import OUTPUTS
from showing import fresh, show


def test_samples_whose_outputs_are_not_finite_do_not_count() -> None:
    metrics, rest = fresh(), fresh()
    show(metrics, slice(None))
    for wrong in (torch.nan, torch.inf):
        outputs = OUTPUTS.clone()
        outputs[2, 0] = wrong
        show(metrics, slice(2, None), outputs)
        show(metrics, slice(0, 3))
    for _ in range(3):
        show(rest, slice(None))
    assert metrics.compute() | {"loss": 0} == pytest.approx(rest.compute() | {"loss": 0})
