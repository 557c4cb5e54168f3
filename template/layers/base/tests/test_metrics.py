"""The metrics against hand counts, and their state through a checkpoint."""

import pytest
import torch
from counted import EXPECTED, HIGHER_IS_BETTER, OUTPUTS, TARGETS
from expected import METRICS, PRIMARY

from pkg.batch import Batch
from pkg.engine.state import Loss
from pkg.task.metrics import Metrics

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
    assert better == HIGHER_IS_BETTER


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


#: if distributed
def test_what_several_processes_count_is_one_count() -> None:
    whole, first, second = (fresh() for _ in range(3))
    show(whole, slice(None))
    show(first, slice(0, 3))
    show(second, slice(3, None))
    first.join(second)
    assert first.compute() == pytest.approx(whole.compute(), abs=1e-6)


#: endif
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
