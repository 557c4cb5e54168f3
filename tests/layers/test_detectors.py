"""The detectors on torchvision and our own: what they promise the task, and what they learn."""

from typing import Any

import pytest
import torch
from planted import KINDS, Planted, plant
from stacks import stack
from torch import Tensor
from torchvision.ops import box_iou

SHARED = ("base", "engine", "engine/draws", "image/boxes", "models/detection")
LIBRARIES = ("models/library", "models/library/torchvision", "models/library/timm")
ON = (*LIBRARIES, "models/detection/published", "models/detection/timm")
ONE, TWO = "models/detection/one_stage", "models/detection/two_stage"
ANCHORS = "models/detection/anchors"
STACKS = {
    "custom": stack(*SHARED, "models/detection/custom"),
    "faster_rcnn": stack(*SHARED, *ON, ANCHORS, TWO, "models/detection/faster_rcnn"),
    "retinanet": stack(*SHARED, *ON, ANCHORS, ONE, "models/detection/retinanet"),
    "fcos": stack(*SHARED, *ON, ONE, "models/detection/fcos"),
}
SMALL: dict[str, dict[str, Any]] = {
    name: {"backbone": "test_resnet", "freeze_batch_norm": True} for name in STACKS
}
SMALL["custom"] = {"num_layers": 3, "hidden_dim": 32}
EVERY = pytest.mark.parametrize("name", STACKS)
SHAPE = (3, 64, 64)
TERMS = {
    "custom": {"score_loss", "box_loss"},
    "faster_rcnn": {"objectness_loss", "region_loss", "class_loss", "box_loss"},
    "retinanet": {"classification", "bbox_regression"},
    "fcos": {"classification", "bbox_regression", "bbox_ctrness"},
}


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pyramids and heads be a quarter as wide: they take most of the time."""
    for name in STACKS.keys() - {"custom"}:
        monkeypatch.setattr(STACKS[name].load("models.published"), "WIDTH", 64)


def build(name: str, shape: tuple[int, int, int] = SHAPE, **settings: Any) -> Any:
    """Build a small model, with weights that no zero hides."""
    torch.manual_seed(0)
    model = STACKS[name].load("models.model").build_model(shape, KINDS, **SMALL[name] | settings)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.01 * torch.randn_like(weight))
    return model


def losses(model: Any, batch: Planted) -> dict[str, Tensor]:
    """Return the terms in training, and what they are sums over."""
    terms, weight = model.train()(*batch)
    return {**terms, "weight": weight}


@EVERY
def test_what_is_found_is_padded(name: str) -> None:
    model = build(name, max_detections=50).eval()
    images = plant(3, SHAPE).images
    with torch.inference_mode():
        boxes, scores, labels = model(images)
        alone = model(images[1:2])
    assert boxes.shape == (3, 50, 4)
    assert scores.shape == labels.shape == (3, 50)
    assert (boxes.dtype, scores.dtype, labels.dtype) == (torch.float32, torch.float32, torch.int64)
    none = labels == -1
    assert (scores[none] == 0).all()
    assert (boxes[none] == 0).all()
    assert (scores[~none] > 0).all()
    assert labels.max() < KINDS
    assert (scores.diff(dim=1) <= 0).all()
    assert (boxes >= 0).all()
    assert (boxes <= 64).all()
    for found, one in zip((boxes, scores, labels), alone, strict=True):
        torch.testing.assert_close(found[1:2], one, rtol=1e-4, atol=1e-4)


@EVERY
def test_gradients_reach_every_weight_that_is_trained(name: str) -> None:
    settings: dict[str, Any] = {} if name == "custom" else {"freeze_batch_norm": False}
    model = build(name, **settings)
    terms = losses(model, plant(4, SHAPE))
    assert terms.keys() == TERMS[name] | {"weight"}
    assert terms.pop("weight") == 4
    torch.stack([*terms.values()]).sum().backward()
    for weight_name, weight in model.named_parameters():
        assert weight.requires_grad, weight_name
        assert weight.grad.isfinite().all(), weight_name
        assert weight.grad.abs().sum() > 0, weight_name


@EVERY
def test_parts_of_a_batch_have_the_losses_of_the_whole(name: str) -> None:
    model, batch = build(name), plant(5, SHAPE)
    batch.labels[3] = -1  # nothing is in it
    whole = losses(model, batch)
    torch.manual_seed(1)  # no generator decides what is drawn
    parts = [losses(model, batch.cut(start, end)) for start, end in ((0, 1), (1, 4), (4, 5))]
    for term, value in whole.items():
        total = torch.stack([part[term] for part in parts]).sum()
        torch.testing.assert_close(total, value, rtol=1e-6, atol=0)


@EVERY
@pytest.mark.parametrize("most", [0, 3])
def test_images_without_objects_are_learnt_from(name: str, most: int) -> None:
    model = build(name)
    images, seeds = torch.randn(2, *SHAPE), torch.arange(2)
    boxes, labels = torch.zeros(2, most, 4), torch.full((2, most), -1)
    terms = losses(model, Planted(images, boxes, labels, seeds))
    total = torch.stack([*terms.values()]).sum()
    assert total.isfinite()
    total.backward()
    assert all(x.grad is None or x.grad.isfinite().all() for x in model.parameters())
    of_boxes = terms.keys() & {"box_loss", "bbox_regression", "region_loss"}
    assert all(terms[term] == 0 for term in of_boxes)


def test_seeds_decide_what_is_drawn() -> None:
    model, batch = build("faster_rcnn"), plant(2, SHAPE)
    first, again = losses(model, batch), losses(model, batch)
    other = losses(model, batch._replace(seeds=batch.seeds + 1))
    assert first == again
    assert all(first[term] != other[term] for term in ("objectness_loss", "class_loss"))
    mixed = batch._replace(seeds=torch.stack([batch.seeds[0], batch.seeds[1] + 1]))
    one = batch.cut(0, 1)
    assert losses(model, mixed.cut(0, 1)) == losses(model, one)


def test_what_is_drawn_is_as_much_as_there_is() -> None:
    sampler = STACKS["faster_rcnn"].load("models.sampling").Sampler("anchors", 8, 0.5)
    sampler.seeds = torch.tensor([1, 2, 3])
    few = torch.tensor([1.0] * 2 + [0.0] * 20 + [-1.0] * 5)
    many = torch.tensor([1.0] * 20 + [0.0] * 20)
    none = torch.tensor([0.0] * 5 + [-1.0] * 5)
    objects, background = sampler([few, many, none])
    assert [int(x.sum()) for x in objects] == [2, 4, 0]
    assert [int(x.sum()) for x in background] == [6, 4, 5]
    for labels, some, others in zip((few, many, none), objects, background, strict=True):
        assert (labels[some] == 1).all()
        assert (labels[others] == 0).all()
    counts = torch.zeros(40)
    for seed in range(400):
        sampler.seeds = torch.tensor([seed])
        counts += sampler([many])[0][0]
    assert counts[:20].min() > 50  # 80 each
    assert counts[:20].max() < 110


@EVERY
def test_a_batch_is_learnt_by_heart(name: str) -> None:
    model, batch = build(name), plant(2, SHAPE)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=0.0)
    for step in range(1, 301):
        terms = losses(model, batch)
        weight = terms.pop("weight")
        optimizer.zero_grad()
        (torch.stack([*terms.values()]).sum() / weight).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 20 == 0 and precision(model, batch) >= 0.9:
            return
    pytest.fail(f"average precision {precision(model, batch)}")


def precision(model: Any, batch: Planted) -> float:
    """Return the average precision at an IoU of 0.5, over all classes together."""
    with torch.inference_mode():
        found = model.eval()(batch.images)
    hits: list[tuple[float, bool]] = []
    for boxes, scores, labels, truth, classes in zip(
        *found, batch.boxes, batch.labels, strict=True
    ):
        free = classes >= 0
        for box, score, label in zip(boxes, scores, labels, strict=True):
            if label >= 0:
                overlap = box_iou(box[None], truth)[0] * (free & (classes == label))
                best = int(overlap.argmax())
                hits.append((float(score), bool(overlap[best] >= 0.5)))
                free[best] &= not hits[-1][1]
    hits.sort(key=lambda hit: -hit[0])
    right = torch.tensor([hit for _, hit in hits], dtype=torch.float64)
    precisions = right.cumsum(0) / torch.arange(1, len(right) + 1)
    return float((precisions * right).sum() / (batch.labels >= 0).sum())


@EVERY
@pytest.mark.parametrize("shape", [(1, 64, 64), (4, 70, 45)])
def test_images_may_have_other_channels_and_sizes(name: str, shape: tuple[int, int, int]) -> None:
    model, batch = build(name, shape), plant(2, shape)
    assert all(term.isfinite() for term in losses(model, batch).values())
    boxes = model.eval()(batch.images).boxes
    assert (boxes[..., 2] <= shape[2]).all()
    assert (boxes[..., 3] <= shape[1]).all()


@EVERY
def test_freezing_is_for_the_backbone_alone(name: str) -> None:
    model, batch = build(name), plant(2, SHAPE)
    trained = {key for key, weight in model.named_parameters() if weight.requires_grad}
    model.freeze_backbone()
    rest = {key for key, weight in model.named_parameters() if weight.requires_grad}
    backbone = {key for key, _ in model.named_parameters() if key.startswith("backbone.")}
    assert rest == {key for key, _ in model.named_parameters()} - backbone
    losses(model, batch)
    assert not model.backbone.training
    model.unfreeze_backbone()
    assert {key for key, weight in model.named_parameters() if weight.requires_grad} == trained
    assert model.get_num_parameters() == sum(x.numel() for x in model.parameters())


@EVERY
def test_boxes_keep_their_precision_in_16_bits(name: str) -> None:
    model, batch = build(name), plant(1, SHAPE)
    with torch.autocast("cpu", torch.bfloat16):
        terms = losses(model, batch)
        found = model.eval()(batch.images)
    assert {value.dtype for value in terms.values()} == {torch.float32}
    assert found.boxes.dtype == found.scores.dtype == torch.float32
    exact = found.boxes[found.labels >= 0]
    assert len(exact) == 0 or (exact != exact.bfloat16()).any()
