"""The metrics against hand counts, and their state through a checkpoint."""

import pytest
from counted import EXPECTED, HIGHER_IS_BETTER
from expected import PRIMARY, TRAIN_METRICS, VAL_METRICS
from showing import COUNT, fresh, show, show_training


def test_every_metric_has_a_name_and_a_signature_and_may_have_a_direction() -> None:
    training, validation = fresh(), fresh()
    show_training(training, slice(None))
    show(validation, slice(None))
    assert tuple(training.compute()) == TRAIN_METRICS
    assert tuple(validation.compute()) == VAL_METRICS
    assert validation.primary == PRIMARY
    assert validation.higher_is_better == HIGHER_IS_BETTER
    assert validation.signatures.keys() >= {*TRAIN_METRICS, *VAL_METRICS}


def test_metrics_are_what_a_hand_counts() -> None:
    metrics = fresh()
    show(metrics, slice(None))
    assert metrics.compute() == pytest.approx(EXPECTED)


def test_batches_of_any_size_give_the_same_metrics() -> None:
    whole, parts = fresh(), fresh()
    show(whole, slice(None))
    for samples in (slice(0, 1), slice(1, 4), slice(4, None)):
        if range(COUNT)[samples]:
            show(parts, samples)
    assert parts.compute() == pytest.approx(whole.compute(), abs=1e-6)


def test_counting_goes_on_from_a_checkpoint() -> None:
    whole, first, second = (fresh() for _ in range(3))
    show_training(whole, slice(None))
    show_training(first, slice(0, 2))
    second.load_state_dict(first.state_dict())
    show_training(second, slice(2, None))
    assert second.compute() == pytest.approx(whole.compute(), abs=1e-6)


#: if distributed
def test_what_several_processes_count_is_one_count() -> None:
    for count in (show, show_training):
        whole, first, second = (fresh() for _ in range(3))
        count(whole, slice(None))
        count(first, slice(0, 3))
        count(second, slice(3, None))
        first.join(second)
        assert first.compute() == pytest.approx(whole.compute(), abs=1e-6)


#: endif
def test_reset_forgets_everything() -> None:
    metrics, other = fresh(), fresh()
    for count in (show_training, show):
        count(metrics, slice(0, 3))
    metrics.reset()
    for name, value in other.state_dict().items():
        assert metrics.state_dict()[name].equal(value)
    show(metrics, slice(None))
    show(other, slice(None))
    assert metrics.compute() == other.compute()
