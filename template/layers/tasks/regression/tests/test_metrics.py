"""The metrics against scikit-free hand counts, and their state through a checkpoint."""

import pytest
import torch
from expected import METRICS, PRIMARY

from pkg.batch import Batch
from pkg.engine.state import Loss
from pkg.task.metrics import Metrics, score_all

OUTPUTS = torch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [6.0, 20.0]])
TARGETS = torch.tensor([[1.0, 20.0], [2.0, 20.0], [4.0, 20.0], [5.0, 40.0]])
# Squared errors 0, 0, 1, 1 of 10 around the mean; 100, 0, 100, 400 of 300.
EXPECTED = {
    "mse": (2 / 4 + 600 / 4) / 2,
    "rmse": ((2 / 4) ** 0.5 + (600 / 4) ** 0.5) / 2,
    "mae": (2 / 4 + 40 / 4) / 2,
    "r2": (1 - 2 / 10 + 1 - 600 / 300) / 2,
}
LOSSES = torch.arange(1.0, len(TARGETS) + 1)


def show(metrics: Metrics, samples: slice, outputs: torch.Tensor = OUTPUTS) -> None:
    """Show a batch to the metrics."""
    targets = TARGETS[samples]
    batch = Batch(outputs[samples], targets, torch.arange(len(targets)))
    metrics.update(Loss(LOSSES[samples].sum(), float(len(targets)), outputs[samples]), batch)


def fresh() -> Metrics:
    """Return metrics that have counted nothing."""
    return Metrics(OUTPUTS.shape[1])


def test_every_metric_has_a_name_and_a_direction() -> None:
    metrics = fresh()
    show(metrics, slice(None))
    assert tuple(metrics.compute()) == tuple(metrics.higher_is_better) == METRICS
    assert metrics.primary == PRIMARY
    better = [name for name in METRICS if metrics.higher_is_better[name]]
    assert better == ["r2"]


def test_metrics_are_what_a_hand_counts() -> None:
    metrics = fresh()
    show(metrics, slice(None))
    assert metrics.compute() == pytest.approx({"loss": float(LOSSES.mean()), **EXPECTED})


def test_batches_of_any_size_give_the_same_metrics() -> None:
    whole, parts = fresh(), fresh()
    show(whole, slice(None))
    for samples in (slice(0, 1), slice(1, 4), slice(4, None)):
        if len(TARGETS[samples]):
            show(parts, samples)
    assert parts.compute() == pytest.approx(whole.compute(), abs=1e-6)


def test_counting_goes_on_from_a_checkpoint() -> None:
    whole, first, second = (fresh() for _ in range(3))
    show(whole, slice(None))
    show(first, slice(0, 2))
    second.load_state_dict(first.state_dict())
    show(second, slice(2, None))
    assert second.compute() == pytest.approx(whole.compute(), abs=1e-6)


def test_outputs_that_are_not_finite_do_not_count() -> None:
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


def test_reset_forgets_everything() -> None:
    metrics, other = fresh(), fresh()
    show(metrics, slice(0, 3))
    metrics.reset()
    for name, value in other.state_dict().items():
        assert metrics.state_dict()[name].equal(value)
    show(metrics, slice(None))
    show(other, slice(None))
    assert metrics.compute() == other.compute()


#: if distributed
def test_what_several_processes_count_is_one_count() -> None:
    whole, first, second = (fresh() for _ in range(3))
    show(whole, slice(None))
    show(first, slice(0, 3))
    show(second, slice(3, None))
    first.join(second)
    assert first.compute() == pytest.approx(whole.compute(), abs=1e-6)


#: endif
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
