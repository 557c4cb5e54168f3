"""What is particular to the metrics of amounts: their units, large and small."""

import pytest
import torch
from counted import OUTPUTS, TARGETS

from pkg.batch import Batch
from pkg.engine.state import Loss
from pkg.task.metrics import Metrics, score_all


def test_large_targets_keep_their_digits() -> None:
    targets = 1e6 + torch.arange(100.0)[:, None]
    metrics = Metrics(1)
    for part in targets.split(7):
        outputs = part + torch.tensor([1.0, -1.0] * 4)[: len(part), None]
        batch = Batch(outputs, part, torch.arange(len(part)))
        metrics.update(Loss(torch.tensor(1.0), 1.0, outputs), batch)
    assert metrics.compute()["r2"] == pytest.approx(1 - 100 / 83325, abs=1e-5)


def test_small_units_and_targets_that_are_alike() -> None:
    metrics, rates = Metrics(2), torch.linspace(0, 1e-8, 101)
    targets = torch.stack([rates, torch.full((101,), 0.1)], 1)
    outputs = targets.mean(0).expand_as(targets)
    for rows in (slice(0, 42), slice(42, 101)):
        some = Batch(outputs[rows], targets[rows], torch.arange(101)[rows])
        metrics.update(Loss(torch.tensor(1.0), 1.0, outputs[rows]), some)
    assert metrics.each()["r2"].tolist() == pytest.approx([0, torch.nan], abs=1e-4, nan_ok=True)
    assert metrics.compute()["r2"] == pytest.approx(0, abs=1e-4)


def test_no_metric_needs_all_samples_at_once() -> None:
    assert score_all(OUTPUTS, TARGETS) == {}
