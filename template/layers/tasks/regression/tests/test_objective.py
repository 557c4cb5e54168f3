"""The loss against values that were worked out by hand."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pkg.batch import Batch
from pkg.engine.state import Loss
from pkg.task.objective import Objective, build_objective
from pkg.task.settings import TaskSettings


def batch_of(outputs: Tensor, targets: Tensor) -> Batch:
    """Return a batch whose inputs are what the model is to answer."""
    return Batch(outputs, targets, torch.arange(len(outputs)))


def total_of(loss: Loss) -> float:
    """Return the sum."""
    assert loss.total is not None
    return float(loss.total)


def plain(*std: float) -> Objective:
    """Return an objective of targets with a mean of 0 and these deviations."""
    return Objective(torch.zeros(len(std)), torch.tensor(std))


def test_squared_error_is_counted_in_deviations() -> None:
    std = torch.tensor([2.0, 0.1])
    outputs = torch.tensor([[1.0, 0.5], [0.0, 0.2]])
    batch = batch_of(outputs / std, torch.tensor([[5.0, 0.5], [0.0, 0.5]]))
    loss = plain(2.0, 0.1)(nn.Identity(), batch)
    assert total_of(loss) == pytest.approx(((4 / 2) ** 2 + 0) / 2 + (0 + (0.3 / 0.1) ** 2) / 2)
    assert float(loss.weight) == 2
    torch.testing.assert_close(loss.outputs, outputs)  # in the targets' own unit


def test_units_do_not_matter() -> None:
    outputs, targets = torch.rand(4, 2), torch.rand(4, 2)
    unit = torch.tensor([1000.0, 0.01])
    metres = total_of(plain(1.0, 1.0)(nn.Identity(), batch_of(outputs, targets)))
    others = total_of(plain(1000.0, 0.01)(nn.Identity(), batch_of(outputs, targets * unit)))
    assert others == pytest.approx(metres)


def test_nothing_to_correct_costs_nothing() -> None:
    batch = batch_of(torch.tensor([[1.0]]), torch.tensor([[1.0]]))
    assert total_of(plain(1.0)(nn.Identity(), batch)) == 0


def test_answers_are_in_the_unit_of_the_targets() -> None:
    info: Any = type("Info", (), {})
    info.targets = {"target_mean": [10.0, -5.0], "target_std": [2.0, 100.0]}
    objective = build_objective(TaskSettings(), info, torch.device("cpu"))
    batch = Batch(torch.randn(3, 2), torch.empty(3, 0), torch.arange(3))  # targets are not known
    expected = batch.inputs * torch.tensor([2.0, 100.0]) + torch.tensor([10.0, -5.0])
    torch.testing.assert_close(objective.predict(nn.Identity(), batch), expected)


def test_16_bits_lose_nothing_in_the_loss() -> None:
    outputs = torch.tensor([[30.0, -30.0]], dtype=torch.bfloat16)
    loss = plain(1.0, 1.0)(nn.Identity(), batch_of(outputs, torch.tensor([[0.0, 1.0]])))
    assert loss.total is not None
    assert loss.total.dtype == torch.float32
