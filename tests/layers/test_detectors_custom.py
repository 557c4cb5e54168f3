"""Our own detector: which point is to find which object, and what its settings do."""

from typing import Any

import pytest
import torch
from planted import plant
from stacks import stack
from torch import nn
from torchvision.ops import generalized_box_iou_loss

OWN = stack(
    "base", "engine", "engine/draws", "image/boxes", "models/detection", "models/detection/custom"
)
model, losses = OWN.load("models.model"), OWN.load("models.losses")
SHAPE = (3, 64, 96)


def build(**settings: Any) -> Any:
    torch.manual_seed(0)
    return model.build_model(SHAPE, 3, **{"num_layers": 3, "hidden_dim": 16} | settings)


def points(height: int, width: int) -> Any:
    """Return the points of three feature maps."""
    return model.points_of([torch.zeros(1, 1, height // n, width // n) for n in (8, 16, 32)])


def test_points_are_the_middles_of_cells() -> None:
    centers, strides = points(64, 96)
    assert len(centers) == 8 * 12 + 4 * 6 + 2 * 3
    assert centers[:2].tolist() == [[4, 4], [12, 4]]
    assert centers[12].tolist() == [4, 12]
    assert centers[96].tolist() == [8, 8]
    assert centers[-1].tolist() == [80, 48]
    assert strides.unique().tolist() == [8, 16, 32]


def test_points_find_the_smallest_object_around_them() -> None:
    boxes = torch.tensor([[0.0, 0, 40, 40], [14, 14, 30, 30], [0, 0, 0, 0], [50, 10, 90, 50]])
    labels = torch.tensor([2, 0, -1, -1])
    centers, strides = points(64, 96)
    matched, positive = losses.match(losses.Points(centers, strides), boxes, labels)
    found = {
        (*center.tolist(), int(stride)): int(m)
        for center, stride, m, there in zip(centers, strides, matched, positive, strict=True)
        if there
    }
    # The middle of both is near (20, 20) or (22, 22), and points are within 12 pixels of it.
    inner = {(x, y, 8): 1 for x in (20, 28) for y in (20, 28)}
    outer = {(x, y, 8): 0 for x in (12, 20, 28) for y in (12, 20, 28) if (x, y, 8) not in inner}
    assert found == inner | outer


@pytest.mark.parametrize(("side", "stride"), [(60, 8), (140, 16), (300, 32), (600, 32)])
def test_large_objects_are_for_coarse_points(side: int, stride: int) -> None:
    box = torch.tensor([[10.0, 10, 10 + side, 10 + side]])
    where = points(640, 640)
    matched, positive = losses.match(where, box, torch.tensor([0]))
    assert where.strides[positive].unique().tolist() == [stride]
    assert not matched[positive].any()


def test_overlaps_are_those_of_torchvision() -> None:
    boxes, others = (100 * torch.rand(200, 4, dtype=torch.float64) for _ in range(2))
    boxes[:, 2:] += boxes[:, :2] + 5
    others[:, 2:] += others[:, :2] + 5
    overlap, similarity = losses.compare(boxes, others)
    torch.testing.assert_close(1 - similarity, generalized_box_iou_loss(boxes, others))
    assert ((overlap >= similarity) & (overlap <= 1)).all()
    torch.testing.assert_close(losses.compare(boxes, boxes)[0], torch.ones(200).double())


def test_losses_vanish_where_everything_is_right() -> None:
    where, batch = points(64, 96), plant(2, SHAPE)
    pairs = [losses.match(where, *x) for x in zip(batch.boxes, batch.labels, strict=True)]
    matched, positive = map(torch.stack, zip(*pairs, strict=True))
    found = batch.boxes.gather(1, matched[..., None].expand(-1, -1, 4))
    classes = batch.labels.gather(1, matched)
    logits = torch.full((*classes.shape, 3), -20.0)
    logits[positive, classes[positive]] = 20.0
    terms = losses.loss_terms(logits, found, where, batch.boxes, batch.labels)
    assert all(term < 1e-3 for term in terms.values())
    wrong = losses.loss_terms(-logits, found + 5, where, batch.boxes, batch.labels)
    assert all(term > 0.5 for term in wrong.values())


def test_settings_shape_the_network() -> None:
    assert [len(build(num_layers=n).backbone.scales) for n in (1, 2, 3, 8)] == [1, 2, 3, 3]
    assert [len(x) for x in build(num_layers=8).backbone.scales] == [3, 3, 2]
    assert build(num_layers=8).get_num_parameters() > build().get_num_parameters()
    widths = {
        x.out_channels
        for x in build(hidden_dim=24).backbone.merge.modules()
        if isinstance(x, nn.Conv2d)
    }
    assert widths == {24}
    kinds = {type(x) for x in build(activation="gelu").modules()}
    assert nn.GELU in kinds
    assert nn.SiLU not in kinds


def test_dropout_is_for_training_alone() -> None:
    detector, batch = build(dropout=0.5), plant(2, SHAPE)
    first, second = (detector.train()(*batch)[0]["score_loss"] for _ in range(2))
    assert first != second
    one, other = (detector.eval()(batch.images) for _ in range(2))
    assert all(x.equal(y) for x, y in zip(one, other, strict=True))


def test_overlapping_boxes_of_a_class_are_one() -> None:
    detector = build(max_detections=10)
    boxes = torch.tensor([[0.0, 0, 20, 20], [1, 0, 20, 20], [30, 30, 50, 50], [0, 0, 20, 20]])
    scores = torch.tensor([[0.9, 0.0], [0.8, 0.3], [0.01, 0.5], [0.2, 0.01]])
    found, sure, labels = detector.select(scores, boxes)
    assert sure.tolist() == pytest.approx([0.9, 0.5, 0.3])
    assert labels.tolist() == [0, 1, 1]
    assert found.equal(boxes[[0, 2, 1]])
