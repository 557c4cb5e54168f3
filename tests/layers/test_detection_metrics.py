"""Average precision beside pycocotools, on scenes that are made to differ where rules do."""

import contextlib
import io
from typing import Any

import numpy as np
import pytest
import torch
from numpy.random import Generator, default_rng
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from stacks import stack

BOXES = stack("base", "engine", "image", "image/joint", "image/boxes", "tasks/detection")
MATCHING, PRECISION = BOXES.load("task.matching"), BOXES.load("task.precision")
FORMS = BOXES.load("boxes")
DIFFICULT, CROWD = FORMS.DIFFICULT, FORMS.CROWD
NAMES = ("map", "map_50", "map_75", "map_small", "map_medium", "map_large", "mar_100")


class Reference(COCOeval):  # type: ignore[misc]
    """COCO's own evaluation, which also ignores what is difficult."""

    def _prepare(self) -> None:
        super()._prepare()
        for objects in self._gts.values():
            for each in objects:
                each["ignore"] = each["iscrowd"] or each["difficult"]


def as_coco(boxes: torch.Tensor) -> list[list[float]]:
    x1, y1, x2, y2 = boxes.double().unbind(-1)
    found: list[list[float]] = torch.stack([x1, y1, x2 - x1, y2 - y1], -1).tolist()
    return found


def refer(found: Any, truth: Any, num_classes: int) -> tuple[dict[str, float], list[float]]:
    """Return every metric as pycocotools counts it, and the AP of each class; nan for none."""
    objects, results = [], []
    for i in range(len(truth.labels)):
        for box, k, kind, area in zip(
            as_coco(truth.boxes[i]),
            *(x[i].tolist() for x in (truth.labels, truth.ignored, truth.areas)),
            strict=True,
        ):
            flags = {"iscrowd": int(kind == CROWD), "difficult": int(kind == DIFFICULT)}
            place = {"id": len(objects) + 1, "image_id": i, "category_id": k + 1}
            objects += [{**place, "bbox": box, "area": area, **flags}] if k >= 0 else []
        for box, k, score in zip(
            as_coco(found.boxes[i]), found.labels[i].tolist(), found.scores[i].tolist(), strict=True
        ):
            place = {"image_id": i, "category_id": k + 1}
            results += [{**place, "bbox": box, "score": score}] if k >= 0 else []
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "images": [{"id": i} for i in range(len(truth.labels))],
            "categories": [{"id": k + 1, "name": str(k)} for k in range(num_classes)],
            "annotations": objects,
        }
        coco.createIndex()
        evaluation = Reference(coco, coco.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
    precision, recall = (evaluation.eval[name][..., -1] for name in ("precision", "recall"))
    parts = [precision[..., 0], precision[0, ..., 0], precision[5, ..., 0]]
    parts += [precision[..., a] for a in (1, 2, 3)] + [recall[..., 0]]
    each = [known(precision[:, :, k, 0]) for k in range(num_classes)]
    return dict(zip(NAMES, map(known, parts), strict=True)), each


def known(values: Any) -> float:
    """Return the mean of what pycocotools has a value for."""
    there = values[values > -1]
    return float(there.mean()) if there.size else float("nan")


def measure(found: Any, truth: Any, num_classes: int) -> tuple[dict[str, float], list[float]]:
    """Return the same as we count it."""
    precision = PRECISION.Precision(MATCHING.match_all(found, truth), num_classes)
    draws = np.ones(len(truth.labels))
    metrics, each = precision.metrics(draws), precision.each(draws)
    return {name: metrics[name] for name in NAMES}, [row["ap"] for row in each]


def assert_equal(found: Any, truth: Any, num_classes: int) -> None:
    (ours, each), (theirs, every) = (f(found, truth, num_classes) for f in (measure, refer))
    assert ours == pytest.approx(theirs, abs=1e-6, nan_ok=True)
    assert each == pytest.approx(every, abs=1e-6, nan_ok=True)


def draw_boxes(chance: Generator, count: int) -> np.ndarray[Any, Any]:
    """Return boxes [count, 4] of all sizes, around a few places, so that many overlap."""
    sides = np.exp(chance.uniform(np.log(8), np.log(200), (count, 2)))
    corners = chance.integers(0, 4, (count, 2)) * 60 + chance.normal(0, 4, (count, 2))
    return np.concatenate([corners, corners + sides], 1)


def draw_scene(
    seed: int,
    images: int = 12,
    most: int = 9,
    slots: int = 30,
    num_classes: int = 4,
    ties: int = 20,
) -> tuple[Any, Any]:
    """Make up detections, most of them objects that moved a little, and objects of all kinds.

    Scores are multiples of 1 / `ties`. The last class is nowhere; the one before it is always
    ignored. Some images have no object, some no detection.
    """
    chance = default_rng(seed)
    shape = images, most
    boxes = np.stack([draw_boxes(chance, most) for _ in range(images)])
    labels = chance.integers(0, num_classes - 1, shape)
    kinds = chance.choice([0, 0, 0, 0, DIFFICULT, CROWD], shape)
    kinds[(labels == num_classes - 2) & (kinds == 0)] = CROWD
    labels[np.arange(most) >= chance.integers(0, most + 1, (images, 1))] = -1
    areas = np.prod(boxes[..., 2:] - boxes[..., :2], -1) * chance.choice([1, 1, 0.6], shape)
    source = chance.integers(0, most, (images, slots))
    rows = np.arange(images)[:, None]
    moved = boxes[rows, source] + chance.normal(0, 1, (images, slots, 4)) * chance.choice(
        [0, 1, 4, 10], (images, slots, 1)
    )
    moved = np.concatenate([moved[..., :2], np.maximum(moved[..., 2:], moved[..., :2] + 1)], -1)
    named = np.where(chance.random(source.shape) < 0.8, labels[rows, source], 0)
    named[chance.random(source.shape) < 0.1] = -1
    named[chance.random(images) < 0.2] = -1
    scores = chance.integers(0, ties + 1, named.shape) / ties
    order = np.argsort(-scores, 1, kind="stable")
    found = FORMS.Detections(
        torch.from_numpy(moved[rows, order]).float(),
        torch.from_numpy(scores[rows, order]).float(),
        torch.from_numpy(named[rows, order]),
    )
    return found, FORMS.Truth(
        torch.from_numpy(boxes).float(),
        torch.from_numpy(labels),
        torch.from_numpy(kinds).to(torch.uint8),
        torch.from_numpy(areas).float(),
    )


@pytest.mark.parametrize("seed", range(20))
def test_scenes_of_all_kinds(seed: int) -> None:
    found, truth = draw_scene(seed)
    assert_equal(found, truth, 4)


def test_scores_that_are_all_alike() -> None:
    assert_equal(*draw_scene(1, ties=1), 4)


def test_more_detections_and_objects_than_count() -> None:
    found, truth = draw_scene(2, images=3, most=130, slots=260, num_classes=3)
    assert (found.labels == 0).sum(1).max() > 100
    assert_equal(found, truth, 3)


def test_areas_at_the_ends_of_ranges_are_in_both() -> None:
    boxes = torch.tensor([[[0.0, 0, 32, 32], [100, 0, 196, 96]]])
    truth = FORMS.Truth(
        boxes, torch.zeros(1, 2).long(), torch.zeros(1, 2).byte(), torch.tensor([[1024.0, 9216]])
    )
    found = FORMS.Detections(boxes, torch.tensor([[0.9, 0.8]]), torch.zeros(1, 2).long())
    assert_equal(found, truth, 1)


def test_objects_that_are_the_same() -> None:
    found, truth = draw_scene(3)
    truth.boxes[:, 1::2] = truth.boxes[:, ::2][:, :4]
    truth.labels[:, 1::2] = truth.labels[:, ::2][:, :4]
    assert_equal(found, truth, 4)


@pytest.mark.parametrize("seed", range(5))
def test_any_draw_of_images_is_as_a_data_set_of_them(seed: int) -> None:
    found, truth = draw_scene(seed, ties=10**6)
    drawn = torch.from_numpy(default_rng(seed).integers(0, 12, 12))
    precision = PRECISION.Precision(MATCHING.match_all(found, truth), 4)
    ours = precision.metrics(np.bincount(drawn.numpy(), minlength=12).astype(float))
    some = [type(x)(*(field[drawn] for field in x)) for x in (found, truth)]
    theirs, _ = refer(*some, 4)
    assert {name: ours[name] for name in NAMES} == pytest.approx(theirs, abs=1e-6, nan_ok=True)


def test_how_images_are_put_together_makes_no_difference() -> None:
    found, truth = draw_scene(4)
    whole = MATCHING.match_all(found, truth)
    one_by_one = [
        MATCHING.match(
            *(type(x)(*(y[i : i + 1] for y in x)) for x in (found, truth)), torch.tensor([i])
        )
        for i in range(12)
    ]
    draws = np.ones(12)
    metrics = PRECISION.Precision(whole, 4).metrics(draws)
    for parts in (one_by_one, one_by_one[::-1]):
        again = PRECISION.Precision(MATCHING.join(parts), 4).metrics(draws)
        assert again == pytest.approx(metrics, abs=1e-12, nan_ok=True)
