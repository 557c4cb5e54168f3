"""The figures against scikit-free hand counts, and their state through a checkpoint."""

import pytest
import torch

from pkg.batch import Batch
#: if task == "classification"
from pkg.task.metrics import NAMES, Metrics, auroc
#: else
from pkg.task.metrics import NAMES, Metrics
#: endif

#: if objective == "single_label"
LOGITS = torch.eye(3)[[0, 0, 1, 2, 2, 2]]  # what is predicted
TARGETS = torch.tensor([0, 1, 1, 2, 2, 0])
# Four of six are right: 1 hit of 2 predicted and 2 true, 1 of 1 and 2, 2 of 3 and 2.
EXPECTED = {
    "accuracy": 4 / 6,
    "precision": (1 / 2 + 1 + 2 / 3) / 3,
    "recall": (1 / 2 + 1 / 2 + 1) / 3,
    "f1": (2 * 1 / 4 + 2 * 1 / 3 + 2 * 2 / 5) / 3,
}
#: elif objective == "multi_label"
LOGITS = torch.tensor([[1.0, -1, -1], [1, 1, -1], [-1, 1, -1], [1, -1, -1]])
TARGETS = torch.tensor([[1.0, 0, 0], [0, 1, 1], [0, 1, 0], [1, 1, 0]])
# Nine of twelve are right: 2 hits of 3 predicted and 2 true, 2 of 2 and 3, none of 0 and 1.
EXPECTED = {
    "accuracy": 9 / 12,
    "precision": (2 / 3 + 1 + 0) / 3,
    "recall": (1 + 2 / 3 + 0) / 3,
    "f1": (2 * 2 / 5 + 2 * 2 / 5 + 0) / 3,
}
#: else
LOGITS = torch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [6.0, 20.0]])
TARGETS = torch.tensor([[1.0, 20.0], [2.0, 20.0], [4.0, 20.0], [5.0, 40.0]])
# Squared errors 0, 0, 1, 1 of 10 around the mean; 100, 0, 100, 400 of 300.
EXPECTED = {
    "mse": (2 / 4 + 600 / 4) / 2,
    "rmse": ((2 / 4) ** 0.5 + (600 / 4) ** 0.5) / 2,
    "mae": (2 / 4 + 40 / 4) / 2,
    "r2": (1 - 2 / 10 + 1 - 600 / 300) / 2,
}
#: endif
LOSSES = torch.arange(1.0, len(TARGETS) + 1)


def count(metrics: Metrics, samples: slice) -> None:
    """Show a batch to the metrics."""
    targets = TARGETS[samples]
    batch = Batch(LOGITS[samples], targets, torch.arange(len(targets)))
    loss, weight = LOSSES[samples].sum(), torch.tensor(float(len(targets)))
    metrics.update(loss, weight, LOGITS[samples], batch)


def test_figures_are_what_a_hand_counts() -> None:
    metrics = Metrics(LOGITS.shape[1])
    count(metrics, slice(None))
    assert metrics.compute() == pytest.approx({"loss": float(LOSSES.mean()), **EXPECTED})
    assert list(metrics.compute()) == list(NAMES)
    assert metrics.primary in NAMES


def test_batches_of_any_size_give_the_same_figures() -> None:
    whole, parts = Metrics(LOGITS.shape[1]), Metrics(LOGITS.shape[1])
    count(whole, slice(None))
    for samples in (slice(0, 1), slice(1, 4), slice(4, None)):
        if len(TARGETS[samples]):
            count(parts, samples)
    assert parts.compute() == pytest.approx(whole.compute(), abs=1e-6)


def test_counting_goes_on_from_a_checkpoint() -> None:
    whole, first, second = (Metrics(LOGITS.shape[1]) for _ in range(3))
    count(whole, slice(None))
    count(first, slice(0, 2))
    second.load_state_dict(first.state_dict())
    count(second, slice(2, None))
    assert second.compute() == pytest.approx(whole.compute(), abs=1e-6)


def test_answers_that_are_not_finite_do_not_count() -> None:
    metrics, rest = Metrics(LOGITS.shape[1]), Metrics(LOGITS.shape[1])
    count(metrics, slice(None))
    for wrong in (torch.nan, torch.inf):
        outputs = LOGITS[2:].clone()
        outputs[0, 0] = wrong
        batch = Batch(outputs, TARGETS[2:], torch.arange(len(outputs)))
        metrics.update(torch.tensor(0.0), torch.tensor(0.0), outputs, batch)
        count(metrics, slice(0, 3))
    for _ in range(3):
        count(rest, slice(None))
    assert metrics.compute() | {"loss": 0} == pytest.approx(rest.compute() | {"loss": 0})


def test_reset_forgets_everything() -> None:
    metrics, fresh = Metrics(LOGITS.shape[1]), Metrics(LOGITS.shape[1])
    count(metrics, slice(0, 3))
    metrics.reset()
    for name, value in fresh.state_dict().items():
        assert metrics.state_dict()[name].equal(value)
    count(metrics, slice(None))
    count(fresh, slice(None))
    assert metrics.compute() == fresh.compute()
#: if objective == "single_label"


def test_classes_that_nobody_saw_do_not_count() -> None:
    metrics = Metrics(5)
    logits = torch.eye(5)[[0, 1]]
    batch = Batch(logits, torch.tensor([0, 1]), torch.arange(2))
    metrics.update(torch.tensor(1.0), torch.tensor(2.0), logits, batch)
    assert metrics.compute() == {"loss": 0.5, **dict.fromkeys(NAMES[1:], 1.0)}
#: endif
#: if objective == "single_label" and ("mixup" in augmentation or "cutmix" in augmentation)


def test_shares_count_as_their_largest() -> None:
    metrics = Metrics(2)
    shares = torch.tensor([[0.3, 0.7], [0.6, 0.4]])
    batch = Batch(shares, shares, torch.arange(2))
    metrics.update(torch.tensor(1.0), torch.tensor(2.0), torch.eye(2), batch)
    assert metrics.compute()["accuracy"] == 0.0
#: endif
#: if task == "regression"


def test_large_targets_keep_their_digits() -> None:
    targets = 1e6 + torch.arange(100.0)[:, None]
    metrics = Metrics(1)
    for part in targets.split(7):
        outputs = part + torch.tensor([1.0, -1.0] * 4)[: len(part), None]
        batch = Batch(outputs, part, torch.arange(len(part)))
        metrics.update(torch.tensor(1.0), torch.tensor(1.0), outputs, batch)
    assert metrics.compute()["r2"] == pytest.approx(1 - 100 / 83325, abs=1e-5)


def test_small_units_and_targets_that_are_alike() -> None:
    metrics, rates = Metrics(2), torch.linspace(0, 1e-8, 101)
    targets = torch.stack([rates, torch.full((101,), 0.1)], 1)
    outputs = targets.mean(0).expand_as(targets)
    for rows in (slice(0, 42), slice(42, 101)):
        some = Batch(outputs[rows], targets[rows], torch.arange(101)[rows])
        metrics.update(torch.tensor(1.0), torch.tensor(1.0), outputs[rows], some)
    assert metrics.each()["r2"].tolist() == pytest.approx([0, torch.nan], abs=1e-4, nan_ok=True)
    assert metrics.compute()["r2"] == pytest.approx(0, abs=1e-4)
#: endif
#: if task == "classification"


def test_the_area_counts_pairs_in_the_right_order() -> None:
    logits, targets = LOGITS + 0.1 * torch.arange(len(LOGITS))[:, None], TARGETS
    #: if objective == "single_label"
    shares = logits.softmax(1)
    #: else
    shares = logits.sigmoid()
    #: endif
    expected = []
    for k, scores in enumerate(shares.T):
        true = targets == k if targets.ndim == 1 else targets[:, k] > 0.5
        pairs = (scores[true][:, None] - scores[~true][None]).sign()  # [true, false]
        expected.append(((pairs + 1) / 2).mean())
    torch.testing.assert_close(auroc(logits, targets), torch.stack(expected), check_dtype=False)
#: endif
