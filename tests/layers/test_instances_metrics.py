"""Average precision of masks beside pycocotools, on scenes made to differ where rules do."""

import contextlib
import io
from typing import Any

import numpy as np
import pytest
import torch
from numpy.random import Generator, default_rng
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from stacks import stack

LAYERS = ("base", "engine", "engine/draws", "image", "image/joint", "image/boxes")
PROJECT = stack(*LAYERS, "image/instances", "tasks/detection", "tasks/instances")
FORMS, FOUND = PROJECT.load("boxes"), PROJECT.load("task.found")
OBJECTIVE, MASKS = PROJECT.load("task.objective"), PROJECT.load("masks")
Precision = PROJECT.load("task.precision").Precision
boxes_around = stack("image/instances/augmentation").load("data.mask_boxes").boxes_around
CROWD, SIZE, CLASSES = FORMS.CROWD, 48, 3
NAMES = ("map", "map_50", "map_75", "map_small", "map_medium", "map_large", "mar_100")


def draw_masks(chance: Generator, count: int) -> torch.Tensor:
    """Return discs and rectangles around a few places, so that many overlap, [count, S, S]."""
    y, x = np.mgrid[:SIZE, :SIZE] + 0.5
    masks = []
    for _ in range(count):
        middle = chance.integers(1, 4, 2) * 12 + chance.normal(0, 2, 2)
        reach, power = np.exp(chance.uniform(np.log(3), np.log(24), 2)), chance.choice([2, 40])
        far = (
            np.abs((x - middle[0]) / reach[0]) ** power
            + np.abs((y - middle[1]) / reach[1]) ** power
        )
        masks.append(far <= 1)
    return torch.from_numpy(np.stack(masks))


def draw_scene(seed: int, images: int = 8, most: int = 6, slots: int = 14) -> Any:
    """Make up outputs and truth, and the masks of both: [B, D, S, S] and [B, M, S, S]."""
    chance = default_rng(seed)
    there = torch.stack([draw_masks(chance, most) for _ in range(images)])
    labels = torch.from_numpy(chance.integers(0, CLASSES, (images, most)))
    labels[torch.arange(most) >= torch.from_numpy(chance.integers(0, most + 1, (images, 1)))] = -1
    there[labels < 0] = False
    ignored = torch.from_numpy(chance.choice([0, 0, 0, CROWD], (images, most))).to(torch.uint8)
    pixels = there.flatten(2).sum(2)
    areas = pixels * torch.from_numpy(chance.choice([1, 1, 0.3, 9], (images, most)))
    boxes = boxes_around(there.to(torch.uint8))
    truth = FORMS.Truth(boxes, labels, ignored, areas.float(), pixels)

    source = torch.from_numpy(chance.integers(0, most, (images, slots)))
    rows = torch.arange(images)[:, None]
    found = there[rows, source].clone()
    for i in range(images):
        for d in range(slots):  # moved by some pixels, or with holes, or another
            shift = tuple(chance.integers(-3, 4, 2).tolist()) if chance.random() < 0.6 else (0, 0)
            found[i, d] = found[i, d].roll(shift, (0, 1))
            found[i, d] &= torch.from_numpy(chance.random((SIZE, SIZE)) < chance.choice([1, 0.8]))
    named = torch.where(labels[rows, source] < 0, 0, labels[rows, source])
    named[torch.from_numpy(chance.random((images, slots)) < 0.1)] = -1
    scores = torch.from_numpy(chance.integers(1, 13, (images, slots)) / 12).float()
    counts = [
        OBJECTIVE.count_pixels(*each) for each in zip(found, there.to(torch.uint8), strict=True)
    ]
    own, shared = (torch.stack(column) for column in zip(*counts, strict=True))
    around = boxes_around(found.to(torch.uint8))
    sizes, cells = torch.full((images, 2), SIZE), torch.zeros(images, slots, 2, 2)
    outputs = FOUND.Outputs(
        around, scores, named, cells.to(torch.uint8), sizes, own, own.float(), shared
    )
    return outputs, truth, found, there


def runs(mask: torch.Tensor) -> Any:
    return coco_mask.encode(np.asfortranarray(mask.numpy(), np.uint8))


def refer(outputs: Any, truth: Any, found: Any, there: Any) -> tuple[dict[str, float], list[float]]:
    """Return every metric as pycocotools counts it, and the AP of each class; nan for none."""
    objects, results = list[dict[str, Any]](), list[dict[str, Any]]()
    for i, d in np.argwhere(truth.labels.numpy() >= 0).tolist():
        place = {"id": len(objects) + 1, "image_id": i, "category_id": int(truth.labels[i, d]) + 1}
        crowd = {"iscrowd": int(truth.ignored[i, d] == CROWD), "area": float(truth.areas[i, d])}
        objects.append({**place, **crowd, "segmentation": runs(there[i, d])})
    for i, d in np.argwhere(outputs.labels.numpy() >= 0).tolist():
        place = {"image_id": i, "category_id": int(outputs.labels[i, d]) + 1}
        score = float(outputs.scores[i, d])
        results.append({**place, "segmentation": runs(found[i, d]), "score": score})
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {
            "images": [{"id": i, "height": SIZE, "width": SIZE} for i in range(len(truth.labels))],
            "categories": [{"id": k + 1, "name": str(k)} for k in range(CLASSES)],
            "annotations": objects,
        }
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(results), "segm")
        evaluation.evaluate()
        evaluation.accumulate()
    precision, recall = (evaluation.eval[name][..., -1] for name in ("precision", "recall"))
    parts = [precision[..., 0], precision[0, ..., 0], precision[5, ..., 0]]
    parts += [precision[..., a] for a in (1, 2, 3)] + [recall[..., 0]]
    each = [known(precision[:, :, k, 0]) for k in range(CLASSES)]
    return dict(zip(NAMES, map(known, parts), strict=True)), each


def known(values: Any) -> float:
    """Return the mean of what pycocotools has a value for."""
    there = values[values > -1]
    return float(there.mean()) if there.size else float("nan")


@pytest.mark.parametrize("seed", range(12))
def test_scenes_of_all_kinds(seed: int) -> None:
    outputs, truth, found, there = draw_scene(seed)
    precision = Precision(FOUND.match_outputs(outputs, truth), CLASSES)
    draws = np.ones(len(truth.labels))
    metrics, each = precision.metrics(draws), [row["ap"] for row in precision.each(draws)]
    theirs, every = refer(outputs, truth, found, there)
    assert {name: metrics[name] for name in NAMES} == pytest.approx(theirs, abs=1e-6, nan_ok=True)
    assert each == pytest.approx(every, abs=1e-6, nan_ok=True)
    assert 0 < metrics["map"] < 1  # the scene can tell right from wrong


def test_an_overlap_at_a_threshold_counts() -> None:
    outputs, truth, found, there = draw_scene(0, images=1, most=1, slots=1)
    there[:], found[:] = False, False
    there[0, 0, 0, :20], found[0, 0, 0, :13] = True, True  # an IoU of 0.65
    [(own, shared)] = [OBJECTIVE.count_pixels(found[0], there[0].to(torch.uint8))]
    outputs = outputs._replace(
        labels=torch.tensor([[0]]), pixels=own[None], areas=own[None].float(), shared=shared[None]
    )
    nothing = torch.zeros(1, 1)
    truth = truth._replace(
        labels=torch.tensor([[0]]),
        ignored=nothing.to(torch.uint8),
        areas=nothing + 20,
        pixels=nothing.long() + 20,
    )
    metrics = Precision(FOUND.match_outputs(outputs, truth), 1).metrics(np.ones(1))
    assert metrics["map"] == pytest.approx(refer(outputs, truth, found, there)[0]["map"])
    assert metrics["map"] == pytest.approx(4 / 10)


@pytest.mark.parametrize("seed", range(3))
def test_pasted_masks_are_near_torchvision_s(seed: int) -> None:
    from torchvision.models.detection.roi_heads import paste_masks_in_image

    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(9, 1, 4, 4, generator=generator)
    cells = torch.nn.functional.interpolate(coarse, (28, 28), mode="bicubic").clamp(0, 1)
    corners = torch.rand(9, 2, generator=generator) * 30
    boxes = torch.cat([corners, corners + 20 + 20 * torch.rand(9, 2, generator=generator)], 1)
    masks = (255 * cells[:, 0]).round().to(torch.uint8)
    ours = MASKS.paste(masks, boxes, (64, 60))
    theirs = paste_masks_in_image(masks[:, None] / 255, boxes, (64, 60))[:, 0] >= 0.5
    both, either = (ours & theirs).sum((1, 2)), (ours | theirs).sum((1, 2))
    assert (both / either).min() > 0.85  # it rounds boxes to pixels, and fades at their border


def test_masks_are_pasted_by_the_definition() -> None:
    masks = torch.tensor([[[255, 0], [255, 255]]], dtype=torch.uint8)
    pasted = MASKS.paste(masks, torch.tensor([[2.0, 1.0, 10.0, 9.0]]), (12, 14))[0]
    for y in range(12):
        for x in range(14):
            u, v = (x + 0.5 - 2) / 8 * 2 - 0.5, (y + 0.5 - 1) / 8 * 2 - 0.5  # from cell to cell
            inside = 2 <= x + 0.5 < 10 and 1 <= y + 0.5 < 9
            across, down = min(1.0, max(0.0, u)), min(1.0, max(0.0, v))
            likely = 1 - across * (1 - down)
            assert bool(pasted[y, x]) == (inside and likely >= 0.5), (x, y)


def test_boxes_are_around_their_masks() -> None:
    masks = torch.zeros(1, 3, 7, 9, dtype=torch.uint8)
    masks[0, 0, 2:5, 3:8] = 1
    masks[0, 1, 6, 0] = 1
    assert boxes_around(masks)[0].tolist() == [[3, 2, 8, 5], [0, 6, 1, 7], [0, 0, 0, 0]]
