"""What is particular to the metrics of detection: crowds, doubt, numbers that are none."""

import math

import numpy as np
import pytest
import torch
from counted import EXPECTED, OUTPUTS, TARGETS
from expected import metric_of
from showing import fresh, show

from pkg.boxes import CROWD, DIFFICULT, Detections, Truth
from pkg.task.matching import match, match_all
from pkg.task.objective import Objective
from pkg.task.precision import Best, Precision, find_best
from pkg.task.scores import Scores


def find(boxes: list[list[float]], scores: list[float] | None = None) -> Detections:
    """Return detections of class 0 in one image, the surest first."""
    given = scores or [1 - 0.1 * i for i in range(len(boxes))]
    return Detections(
        torch.tensor([boxes]).view(1, -1, 4),
        torch.tensor([given]),
        torch.zeros(1, len(boxes), dtype=torch.int64),
    )


def there(boxes: list[list[float]], kinds: list[int] | None = None) -> Truth:
    """Return objects of class 0 in one image."""
    values = torch.tensor([boxes]).view(1, -1, 4)
    areas = (values[..., 2:] - values[..., :2]).prod(2)
    labels = torch.zeros(1, len(boxes), dtype=torch.int64)
    ignored = torch.tensor([kinds or [0] * len(boxes)], dtype=torch.uint8)
    return Truth(values, labels, ignored, areas)


def measure(found: Detections, truth: Truth) -> dict[str, float]:
    """Return every metric of one image with one class."""
    precision = Precision(match(found, truth, torch.zeros(1, dtype=torch.int64)), 1)
    return precision.metrics(precision.every())


BOX, BESIDE = [0.0, 0, 40, 40], [100.0, 0, 140, 40]


def test_an_object_is_found_once() -> None:
    assert measure(find([BOX]), there([BOX]))["map"] == 1
    twice = measure(find([BOX, BOX, BESIDE]), there([BOX, BESIDE]))
    assert twice["map"] == pytest.approx((51 + 50 * 2 / 3) / 101)


def test_a_crowd_may_be_found_often_and_a_difficult_object_once() -> None:
    crowd, other = [90.0, 0, 200, 100], [0.0, 100, 40, 140]
    for box, kind, twice in ((crowd, CROWD, 1.0), (BESIDE, DIFFICULT, 2 / 3)):
        truth = there([box, BOX, other], [kind, 0, 0])
        assert measure(find([BESIDE, BOX, other]), truth)["map"] == 1
        again = measure(find([BESIDE, BESIDE, BOX, other]), truth)
        assert again["map"] == pytest.approx(twice)  # 2 / 3: what is false is the surest
    assert measure(find([BESIDE]), there([crowd]))["map"] == 0  # the crowd is an object here


def test_what_only_ignored_objects_have_is_no_class() -> None:
    metrics = measure(find([BOX]), there([BOX], [CROWD]))
    assert all(math.isnan(value) for value in metrics.values())
    assert metrics.keys() == EXPECTED.keys()
    nothing = Detections(*(values[:, :0] for values in find([BOX])))
    assert measure(nothing, there([BOX]))["map"] == 0


def test_detections_that_are_not_finite_are_none() -> None:
    metrics, scores = fresh(), OUTPUTS.scores.clone()
    scores[1, 0] = math.nan  # the false one
    show(metrics, slice(None), OUTPUTS._replace(scores=scores))
    assert metrics.compute()["map_50"] == pytest.approx((1 + 51 / 101) / 2)
    boxes, metrics = OUTPUTS.boxes.clone(), fresh()
    boxes[0, 0, 2] = math.inf
    show(metrics, slice(None), OUTPUTS._replace(boxes=boxes))
    assert metrics.compute()["map_small"] == 0


def test_the_order_of_detections_does_not_matter() -> None:
    turned = Detections(*(values.flip(1) for values in OUTPUTS))
    one, other = (match_all(found, TARGETS) for found in (OUTPUTS, turned))
    assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_recall_is_what_a_plain_count_says() -> None:
    name, value = metric_of(OUTPUTS, TARGETS)
    assert EXPECTED[name] == pytest.approx(value)


def test_the_best_threshold_is_between_two_scores() -> None:
    scores = np.array([0.9, 0.8, 0.8, 0.4], np.float32)
    hits, once = np.array([True, True, False, False]), np.ones(4)
    f1, threshold = find_best(scores, hits, once, 2.0)
    assert f1 == pytest.approx(2 * 2 / (3 + 2))
    assert threshold == pytest.approx(0.6)  # 0.8 counts with all that are as sure
    assert find_best(scores, ~hits, once, 0.0) == pytest.approx(
        Best(math.nan, math.nan), nan_ok=True
    )


def test_a_draw_counts_images_as_often_as_they_are_drawn() -> None:
    scores = Scores(OUTPUTS, TARGETS, Objective(), 2)
    assert scores(torch.arange(4)) == pytest.approx(EXPECTED)
    drawn = torch.tensor([1, 1, 3, 2])
    some = Detections(*(x[drawn] for x in OUTPUTS)), Truth(*(x[drawn] for x in TARGETS))
    precision = Precision(match_all(*some), 2)
    expected = precision.metrics(np.ones(4))
    assert scores(drawn) == pytest.approx(expected, nan_ok=True)
    assert scores(drawn) != pytest.approx(EXPECTED)


def test_each_class_has_its_metrics() -> None:
    scores = Scores(OUTPUTS, TARGETS, Objective(), 3)
    scores(torch.arange(4))
    first, second, third = scores.each()
    assert first == pytest.approx(
        {
            "objects": 2,
            "ap": 2 * EXPECTED["map"] - 51 / 101,
            "ap_50": (51 + 100 / 3) / 101,
            "f1": 0.8,
        }
    )
    assert second == pytest.approx({"objects": 2, "ap": 51 / 101, "ap_50": 51 / 101, "f1": 2 / 3})
    assert third == pytest.approx(dict.fromkeys(first, math.nan) | {"objects": 0}, nan_ok=True)
