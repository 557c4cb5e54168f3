"""What is particular to the metrics of masks: crowds, doubt, draws."""

import math

import pytest
import torch
from counted import EXPECTED, OUTPUTS, TARGETS
from expected import metric_of
from showing import fresh, show

from pkg.boxes import Truth
from pkg.task.found import Outputs, match_outputs
from pkg.task.objective import Objective
from pkg.task.precision import Precision
from pkg.task.scores import Scores


def measure(outputs: Outputs, targets: Truth) -> dict[str, float]:
    """Return every metric of masks."""
    precision = Precision(match_outputs(outputs, targets), 2)
    return precision.metrics(precision.every())


def test_masks_decide_and_not_boxes() -> None:
    elsewhere = OUTPUTS._replace(boxes=OUTPUTS.boxes + 1000)
    assert measure(elsewhere, TARGETS) == measure(OUTPUTS, TARGETS)
    metrics = fresh()
    show(metrics, slice(None), elsewhere)
    assert metrics.compute()["box_map"] == 0
    nothing = OUTPUTS._replace(shared=torch.zeros_like(OUTPUTS.shared))
    assert measure(nothing, TARGETS)["map_50"] == 0


def test_in_a_crowd_the_part_inside_counts() -> None:
    shared, surer = OUTPUTS.shared.clone(), OUTPUTS.scores.clone()
    surer[2, 1] = 0.75  # surer than the hit
    inside = measure(OUTPUTS._replace(scores=surer), TARGETS)
    assert inside["map_50"] == pytest.approx(EXPECTED["map_50"])
    shared[2, 1, 1] = 2  # of 5 pixels: less than half
    changed = measure(OUTPUTS._replace(scores=surer, shared=shared), TARGETS)
    assert changed["map_large"] == pytest.approx(51 / 101)  # it is small, and left out here
    assert changed["map_50"] == pytest.approx(EXPECTED["map_50"] - 51 / 101 / 4)


def test_areas_are_those_of_masks() -> None:
    areas = OUTPUTS.areas.clone()
    areas[1, 0], surest = 5000, OUTPUTS.scores.clone()
    surest[1, 0] = 0.95
    changed = OUTPUTS._replace(areas=areas, scores=surest)
    assert measure(changed, TARGETS)["map_small"] == 1  # the false one is of medium area
    assert measure(changed._replace(areas=OUTPUTS.areas), TARGETS)["map_small"] == 0.5


def test_detections_that_are_not_finite_are_none() -> None:
    scores = OUTPUTS.scores.clone()
    scores[1, 0] = math.nan  # the false one
    changed = measure(OUTPUTS._replace(scores=scores), TARGETS)
    assert changed["map_50"] == pytest.approx((1 + 51 / 101) / 2)


def test_recall_is_what_a_plain_count_says() -> None:
    name, value = metric_of(OUTPUTS, TARGETS)
    assert EXPECTED[name] == pytest.approx(value)


def test_a_draw_counts_images_as_often_as_they_are_drawn() -> None:
    scores = Scores(OUTPUTS, TARGETS, Objective(), 2)
    assert scores(torch.arange(4)) == pytest.approx(EXPECTED)
    drawn = torch.tensor([1, 1, 3, 2])
    some = Outputs(*(x[drawn] for x in OUTPUTS)), Truth(*(x[drawn] for x in TARGETS))
    expected = Scores(*some, Objective(), 2)(torch.arange(4))
    assert scores(drawn) == pytest.approx(expected, nan_ok=True)
    assert scores(drawn) != pytest.approx(EXPECTED)


def test_each_class_has_its_metrics() -> None:
    scores = Scores(OUTPUTS, TARGETS, Objective(), 3)
    scores(torch.arange(4))
    first, second, third = scores.each()
    assert first["ap"] == pytest.approx(2 * EXPECTED["map"] - 51 / 101)
    assert second == pytest.approx({"objects": 2, "ap": 51 / 101, "ap_50": 51 / 101, "f1": 2 / 3})
    assert third["objects"] == 0
