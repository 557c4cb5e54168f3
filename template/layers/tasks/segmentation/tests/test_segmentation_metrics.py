"""What is particular to the metrics of pixels: absent classes, and outputs that are not finite."""

import pytest
import torch
from counted import OUTPUTS, TARGETS
from expected import VAL_METRICS
from showing import fresh, make_batch, show

from pkg.engine.state import Loss
from pkg.masks import VOID, Segmentation, classes_of, colours
from pkg.task.metrics import Metrics
from pkg.task.objective import Objective
from pkg.task.scores import Scores


def test_classes_that_are_nowhere_do_not_count() -> None:
    metrics, masks = Metrics(5), torch.tensor([[[0, 1]]], dtype=torch.uint8)
    logits = torch.eye(5)[masks.long()].movedim(-1, 1)
    metrics.update(Loss(torch.tensor(1.0), 2.0, logits), make_batch(masks))
    assert metrics.compute() == {"loss": 0.5, **dict.fromkeys(VAL_METRICS[1:], 1.0)}


def test_pixels_whose_outputs_are_not_finite_do_not_count() -> None:
    metrics, rest = fresh(), fresh()
    for wrong in (torch.nan, torch.inf):
        outputs = OUTPUTS.clone()
        outputs[2, 0] = wrong
        show(metrics, slice(None), outputs)
        for samples in (slice(0, 2), slice(3, None)):
            show(rest, samples)
    assert metrics.compute() | {"loss": 0} == pytest.approx(rest.compute() | {"loss": 0})


def test_nothing_but_void_has_no_metric() -> None:
    metrics = Metrics(2)
    masks = torch.full((1, 2, 2), VOID, dtype=torch.uint8)
    metrics.update(Loss(torch.tensor(0.0), 1.0, torch.zeros(1, 2, 2, 2)), make_batch(masks))
    assert [name for name, x in metrics.compute().items() if x == x] == ["loss"]


def test_scores_of_images_are_the_metrics_of_those_images() -> None:
    outputs = Segmentation(classes_of(OUTPUTS), torch.tensor([[4, 1]] * len(TARGETS)))
    scores = Scores(outputs, TARGETS, Objective(), 3)
    assert scores.count == len(TARGETS)
    for ids in ([0, 1, 2, 3], [2, 0, 0, 2], [3, 3, 3, 3]):
        metrics = fresh()
        for i in ids:
            show(metrics, slice(i, i + 1))
        expected = metrics.compute()
        del expected["loss"]
        assert scores(torch.tensor(ids)) == pytest.approx(expected)
        columns = metrics.each()
        for k, row in enumerate(scores.each()):
            wanted = {name: float(column[k]) for name, column in columns.items()}
            assert row == pytest.approx(wanted, nan_ok=True)


def test_every_class_has_a_colour_of_its_own() -> None:
    assert colours(3) == [(0, 0, 0), (128, 0, 0), (0, 128, 0)]  # of Pascal VOC
    assert len({*colours(VOID + 1)}) == VOID + 1
