"""Metrics of pixels against plain counting and scikit-learn, on masks that are hard to count."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mask_files import FOLDERS
from sklearn.metrics import confusion_matrix, f1_score, jaccard_score

Metrics = FOLDERS.load("task.metrics").Metrics
scores, masks = FOLDERS.load("task.scores"), FOLDERS.load("masks")
Objective = FOLDERS.load("task.objective").Objective
Batch, Loss = FOLDERS.load("batch").Batch, FOLDERS.load("engine.state").Loss
VOID = 255


def one_hot(classes: torch.Tensor, num_classes: int) -> torch.Tensor:
    return torch.nn.functional.one_hot(classes.long(), num_classes).movedim(-1, 1).float()


def batch_of(truth: torch.Tensor) -> Any:
    ids = torch.arange(len(truth))
    return Batch(torch.zeros(len(truth), 0), truth, torch.ones(len(truth), 2).long(), ids)


def count(predicted: torch.Tensor, truth: torch.Tensor, num_classes: int, size: int) -> Any:
    """Return metrics that have seen all images, some at a time."""
    metrics = Metrics(num_classes)
    for some, others in zip(predicted.split(size), truth.split(size), strict=True):
        logits = one_hot(some, num_classes)
        metrics.update(Loss(torch.tensor(1.0), float(len(some)), logits), batch_of(others))
    return metrics


@given(
    seed=st.integers(0, 2**32),
    num_classes=st.integers(2, 7),
    void=st.sampled_from([0.0, 0.3, 0.95]),
    rare=st.floats(0.5, 8),
    wrong=st.floats(0, 1),
    size=st.integers(1, 5),
)
@settings(max_examples=60)
def test_metrics_are_those_of_a_plain_confusion_matrix(
    seed: int, num_classes: int, void: float, rare: float, wrong: float, size: int
) -> None:
    chance = np.random.default_rng(seed)
    shares = np.exp(-rare * np.arange(num_classes))
    truth = chance.choice(num_classes, (5, 7, 9), p=shares / shares.sum())
    noise = chance.integers(0, num_classes, truth.shape)
    predicted = np.where(chance.random(truth.shape) < wrong, noise, truth)
    truth[chance.random(truth.shape) < void] = VOID
    truth[0] = VOID
    truth[1, 0, 0] = 0  # one pixel at least
    both = torch.from_numpy(predicted).to(torch.uint8), torch.from_numpy(truth).to(torch.uint8)
    metrics = count(*both, num_classes, size)
    pairs = truth[truth != VOID], predicted[truth != VOID]
    expected = confusion_matrix(*pairs, labels=range(num_classes))
    assert (metrics.confusion.numpy() == expected).all()
    found = metrics.compute()
    assert found["iou"] == pytest.approx(jaccard_score(*pairs, average="macro"), abs=1e-6)
    assert found["dice"] == pytest.approx(f1_score(*pairs, average="macro"), abs=1e-6)
    assert found["accuracy"] == pytest.approx((pairs[0] == pairs[1]).mean(), abs=1e-6)
    whole = scores.Scores(masks.Segmentation(both[0], torch.ones(5, 2)), both[1], None, num_classes)
    del found["loss"]
    assert whole(torch.arange(5)) == pytest.approx(found, abs=1e-9)


def test_the_set_is_counted_and_not_the_mean_of_its_images() -> None:
    truth = torch.tensor([[[0, 0, 0, 1]], [[1, 1, 1, 1]]], dtype=torch.uint8)
    predicted = torch.tensor([[[0, 0, 0, 0]], [[1, 1, 1, 1]]], dtype=torch.uint8)
    found = count(predicted, truth, 2, 1).compute()
    assert found["iou"] == pytest.approx((3 / 4 + 4 / 5) / 2)  # of images: (3/8 + 1) / 2


def test_many_pixels_are_counted_exactly() -> None:
    side, metrics = 4100, Metrics(2)  # beyond 2^24 pixels
    truth = torch.zeros(1, side, side, dtype=torch.uint8)
    truth[0, 0, 0] = 1
    logits = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1).expand(1, 2, side, side)
    metrics.update(Loss(torch.tensor(1.0), 1.0, logits), batch_of(truth))
    assert metrics.confusion.tolist() == [[side**2 - 1, 0], [1, 0]]


def test_as_many_classes_as_a_byte_can_number() -> None:
    truth = torch.arange(255, dtype=torch.uint8).view(1, 15, 17)
    metrics = count(truth, truth, 255, 1)
    assert metrics.compute()["iou"] == 1.0
    assert Objective().loss(one_hot(truth, 255), batch_of(truth)).total.isfinite()
