"""Detectors of transformers: losses that add up, boxes in pixels, weights from a folder."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from stacks import stack
from torch import Tensor, nn
from torchvision.ops import box_iou

os.environ["HF_HUB_OFFLINE"] = "1"  # before the library is imported
BOXES = ("engine", "image/boxes", "models/transformers_detection")
QUERIES = (*BOXES, "models/transformers_detection/no_object")
STACKS = {
    "detr": stack(*QUERIES, "models/transformers_detection/detr"),
    "rt_detr": stack(*BOXES, "models/transformers_detection/rt_detr"),
    "yolos": stack(*QUERIES, "models/transformers_detection/yolos"),
}
SMALL: dict[str, Any] = {"hidden_dim": 32, "num_layers": 2, "num_queries": 20}
KNOWN = {
    "detr": "facebook/detr-resnet-50",
    "rt_detr": "PekingU/rtdetr_v2_r18vd",
    "yolos": "hustvl/yolos-tiny",
}
NUM_OUTPUTS = 3
EVERY = pytest.mark.parametrize("name", STACKS)
ADDS_UP = pytest.mark.parametrize("name", ["detr", "yolos"])  # without batch statistics


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def build(name: str, shape: tuple[int, ...] = (3, 64, 96), **settings: Any) -> Any:
    torch.manual_seed(0)
    module = STACKS[name].load("models.model")
    return module.build_model(list(shape), NUM_OUTPUTS, **SMALL | settings)


def make_batch(*counts: int, height: int = 64, width: int = 96) -> list[Tensor]:
    """Return images with bright boxes, so many in each; classes 0, 1, 2 in turn, and seeds."""
    images = torch.randn(len(counts), 3, height, width) * 0.1
    boxes = torch.zeros(len(counts), max(1, *counts), 4)
    labels = torch.full(boxes.shape[:2], -1)
    for row, count in enumerate(counts):
        for column in range(count):
            place, kind = column + 2 * row, (column + row) % NUM_OUTPUTS
            left, top = 2 + 24 * (place % 4), 2 + 20 * (place // 4 % 3)
            box = torch.tensor([left, top, left + 14 + 2 * (place % 3), top + 16])
            images[row, kind, top : int(box[3]), left : int(box[2])] += 2
            boxes[row, column], labels[row, column] = box, kind
    return [images, boxes, labels, torch.arange(len(counts)) * 977 + 5]


def total(terms: dict[str, Tensor]) -> Tensor:
    return torch.stack([*terms.values()]).sum()


@EVERY
def test_detections_are_sorted_and_padded(name: str) -> None:
    model, (images, *_) = build(name, num_queries=20).eval(), make_batch(1, 2)
    with torch.inference_mode():
        boxes, scores, labels = model(images)
        alone = model(images[:1])
    assert boxes.shape == (2, 100, 4)
    assert scores.shape == labels.shape == (2, 100)
    found = 60 if name == "rt_detr" else 20  # of each class, or the best
    assert (labels[:, :found] >= 0).all()
    assert (labels[:, :found] < NUM_OUTPUTS).all()
    assert (labels[:, found:] == -1).all()
    assert (scores[:, found:] == 0).all()
    assert (boxes[:, found:] == 0).all()
    assert (scores[:, :found] > 0).all()
    assert (scores.diff(dim=1) <= 0).all()
    assert (boxes[..., 2:] >= boxes[..., :2]).all()
    torch.testing.assert_close(alone.scores, scores[:1], rtol=1e-4, atol=1e-5)


@EVERY
def test_boxes_come_back_in_pixels(name: str) -> None:
    model, (images, boxes, labels, _) = build(name), make_batch(3, 2)
    detector = STACKS[name].load("models.detector")
    targets = detector.to_targets(images, boxes, labels)
    assert [target["class_labels"].tolist() for target in targets] == [[0, 1, 2], [1, 2]]
    torch.testing.assert_close(
        targets[0]["boxes"][0], torch.tensor([9 / 96, 10 / 64, 14 / 96, 0.25])
    )

    logits = torch.full((2, 4, NUM_OUTPUTS + (name != "rt_detr")), -9.0)
    planted = torch.full((2, 4, 4), 0.5)
    for row, target in enumerate(targets):
        for column, label in enumerate(target["class_labels"].tolist()):
            logits[row, column + 1, label] = 9.0 - column  # the first query finds nothing
            planted[row, column + 1] = target["boxes"][column]
    model.network.forward = lambda **_: SimpleNamespace(logits=logits, pred_boxes=planted)
    found = model.detect(images)
    torch.testing.assert_close(found.boxes[0, :3], boxes[0])
    torch.testing.assert_close(found.boxes[1, :2], boxes[1, :2])
    assert found.labels[:, :2].tolist() == labels[:, :2].tolist()
    assert (found.scores[:, :2] > 0.99).all()


@EVERY
def test_losses_are_those_of_the_library(name: str) -> None:
    model, batch = build(name).train(), make_batch(9, 5)  # 7 in an image: see OBJECTS
    terms, weight = model(*batch)
    assert terms.keys() == {"class", "box", "giou"}
    assert weight == 14

    network: Any = type(model.network)(model.network.config).train()
    network.load_state_dict(model.network.state_dict(), strict=False)
    images, boxes, labels, seeds = batch
    torch.manual_seed(int(seeds.sum()))
    targets = STACKS[name].load("models.detector").to_targets(images, boxes, labels)
    loss = network(pixel_values=images, labels=targets).loss
    torch.testing.assert_close(total(terms) / weight, loss, rtol=1e-5, atol=1e-6)


@ADDS_UP
@pytest.mark.parametrize("counts", [(3, 1, 4, 2), (0, 2, 0, 1), (0, 0, 0, 0), (25, 1, 0, 3)])
def test_parts_add_up_to_the_whole(name: str, counts: tuple[int, ...]) -> None:
    model, batch = build(name).train(), make_batch(*counts)

    def sums(start: int, end: int) -> tuple[Tensor, Tensor]:
        """Return the sums with their weight, and their gradient."""
        terms, weight = model(*(field[start:end] for field in batch))
        gradients = torch.autograd.grad(total(terms), [*model.parameters()], allow_unused=True)
        flat = torch.cat([x.flatten() for x in gradients if x is not None])
        return torch.stack([*terms.values(), weight]), flat

    whole, first, second = sums(0, 4), sums(0, 1), sums(1, 4)
    torch.testing.assert_close(first[0] + second[0], whole[0], rtol=1e-6, atol=1e-6)
    assert (first[1] + second[1] - whole[1]).norm() < 1e-5 * whole[1].norm()


@EVERY
def test_images_without_objects_are_learnt_from(name: str) -> None:
    model, batch = build(name).train(), make_batch(0, 0)
    terms, weight = model(*batch)
    assert weight == 2
    assert terms["class"] > 0
    assert terms["box"] == terms["giou"] == 0
    total(terms).backward()
    for weight_name, each in model.named_parameters():  # or several processes would wait forever
        assert each.grad is not None, weight_name
        assert each.grad.isfinite().all(), weight_name


def test_what_is_drawn_depends_on_seeds_alone() -> None:
    model, batch = build("rt_detr", dropout=0.1).train(), make_batch(2, 3)
    losses = []
    for seed, more in [(1, 0), (2, 0), (2, 1)]:
        torch.manual_seed(seed)
        before = torch.get_rng_state()
        terms, _ = model(*batch[:3], batch[3] + more)
        assert torch.get_rng_state().equal(before)
        losses.append(total(terms).detach())
    assert losses[0].equal(losses[1])
    assert not losses[1].equal(losses[2])


@EVERY
def test_losses_that_are_not_finite_stop_nothing(name: str) -> None:
    model, batch = build(name).train(), make_batch(2, 1)
    with torch.no_grad():
        next(iter(model.backbone.parameters())).fill_(torch.nan)
    terms, weight = model(*batch)
    assert terms.keys() == {"class", "box", "giou"}
    assert weight == 3
    assert total(terms).isnan()


@EVERY
def test_training_goes_on_after_an_evaluation(name: str) -> None:
    model, batch = build(name), make_batch(2, 1)
    with torch.inference_mode():
        model.eval()(batch[0])
    terms, _ = model.train()(*batch)
    total(terms).backward()
    assert all(each.grad is not None for each in model.parameters())


@EVERY
def test_a_frozen_backbone_stays_as_it_is(name: str) -> None:
    model, batch = build(name), make_batch(2, 1)
    before = {key: value.clone() for key, value in model.backbone.state_dict().items()}
    model.freeze_backbone()
    total(model.train()(*batch)[0]).backward()
    assert all(each.grad is None for each in model.backbone.parameters())
    assert sum(each.grad is not None for each in model.parameters()) > 4
    after = model.backbone.state_dict()  # batch statistics, too
    assert all(value.equal(after[key]) for key, value in before.items())
    model.unfreeze_backbone()
    assert model.train().backbone.training


@EVERY
def test_one_batch_is_learnt_by_heart(name: str) -> None:
    model, batch = build(name, hidden_dim=64).train(), make_batch(3, 1, 2, 0)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
    for _ in range(60):
        for _ in range(10):
            terms, weight = model(*batch)
            (total(terms) / weight).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
            optimizer.zero_grad()
        if all_found(model, *batch[:3]):
            return
    raise AssertionError(terms)


def all_found(model: nn.Module, images: Tensor, boxes: Tensor, labels: Tensor) -> bool:
    """Say whether the surest detections are the objects: an AP50 of 1."""
    model.eval()
    with torch.inference_mode():
        found = model(images)
    model.train()
    for row in range(len(images)):
        count = int((labels[row] >= 0).sum())
        overlaps = box_iou(boxes[row, :count], found.boxes[row, :count])
        alike = labels[row, :count, None] == found.labels[row, :count]
        if not ((overlaps >= 0.5) & alike).any(1).all():
            return False
    return True


@EVERY
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_weights_come_from_a_folder(name: str, channels: int, tmp_path: Path) -> None:
    whole = build(name)
    with torch.no_grad():
        for each in whole.parameters():
            each.add_(torch.randn_like(each))
    whole.network.save_pretrained(tmp_path / "saved")
    module = STACKS[name].load("models.model")
    given = {**SMALL, "pretrained": True, "weights_path": str(tmp_path / "saved")}
    model = module.build_model([channels, 64, 96], NUM_OUTPUTS + 2, **given)
    old, new = whole.network.state_dict(), model.network.state_dict()
    assert old.keys() == new.keys()
    first = STACKS[name].load("models.published").first_convolution(model.network)
    for key, value in new.items():
        if key == first and channels != 3:
            torch.testing.assert_close(value.sum(1), old[key].sum(1))
            assert value.shape[1] == channels
        elif value.shape == old[key].shape and not key.startswith(module.HEADS):
            assert value.equal(old[key]), key
        else:
            assert key.startswith(module.HEADS), key
            assert value.isfinite().all(), key
    assert model(*cut(make_batch(2, 1), channels))[1] == 3


def cut(batch: list[Tensor], channels: int) -> list[Tensor]:
    """Return the batch with images of so many channels."""
    return [batch[0].mean(1, keepdim=True).expand(-1, channels, -1, -1), *batch[1:]]


@EVERY
def test_published_detectors_need_no_hub_to_be_rebuilt(name: str, tmp_path: Path) -> None:
    module, published = STACKS[name].load("models.model"), KNOWN[name]
    settings, shape = STACKS[name].load("models.settings"), [3, 160, 160]
    module.build_model(shape, 91, backbone=published).network.save_pretrained(tmp_path)
    given = settings.ModelSettings(backbone=published, pretrained=True, weights_path=str(tmp_path))
    rebuilt = settings.without_weights(given)
    assert rebuilt == settings.ModelSettings(backbone=published)
    first, second = (
        module.build_model(shape, NUM_OUTPUTS, **known(name, asdict(each)))
        for each in (given, rebuilt)
    )
    second.load_state_dict(first.state_dict())
    images = torch.randn(1, *shape)
    assert second.eval()(images).scores.equal(first.eval()(images).scores)
    assert first.network.config.num_labels == NUM_OUTPUTS


def known(name: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that an architecture has."""
    return {key: x for key, x in settings.items() if key != "patch_size" or name == "yolos"}


def refused(name: str, problem: str, shape: tuple[int, ...] = (3, 64, 96), **settings: Any) -> str:
    """Return what a build that is refused says, in one line."""
    given = dict.fromkeys(SMALL) | settings
    with pytest.raises(STACKS[name].UserError, match=problem) as error:
        STACKS[name].load("models.model").build_model(list(shape), NUM_OUTPUTS, **given)
    message = str(error.value)
    assert "\n" not in message
    return message


@EVERY
def test_a_hub_out_of_reach_is_named(name: str) -> None:
    message = refused(
        name, r"^model\.pretrained: ", (3, 160, 192), backbone=KNOWN[name], pretrained=True
    )
    assert "model.weights_path" in message
    message = refused(name, r"^model\.backbone: no someone/else", backbone="someone/else")
    assert KNOWN[name] in message


@EVERY
def test_a_folder_without_the_right_weights_is_refused(name: str, tmp_path: Path) -> None:
    given = {**SMALL, "pretrained": True, "weights_path": str(tmp_path / "saved")}
    refused(name, r"^model\.weights_path: .* is no folder", **given)
    (tmp_path / "saved").mkdir()
    refused(name, r"^model\.weights_path: ", **given)
    build(name).network.save_pretrained(tmp_path / "saved")
    refused(name, r"^model\.weights_path: .* is of another model", **given | {"hidden_dim": 64})
    file = tmp_path / "saved/model.safetensors"
    file.write_bytes(file.read_bytes()[:100])
    refused(name, r"^model\.weights_path: no weights", **given)
    other = next(each for each in STACKS if each != name)
    build(other).network.save_pretrained(tmp_path / "other")
    refused(name, r"^model\.weights_path: ", **given | {"weights_path": str(tmp_path / "other")})


@EVERY
def test_a_published_detector_has_its_own_size(name: str) -> None:
    for setting in ("hidden_dim", "num_layers"):
        given: dict[str, Any] = {"backbone": KNOWN[name], setting: 64}
        refused(name, rf"^model\.{setting}: .* say null", **given)
    refused(name, r"^model\.activation: ", backbone=KNOWN[name], activation="relu")


def test_images_have_to_fit() -> None:
    refused("rt_detr", r"^data\.input_shape: \[100, 96\] .* multiples of 32", (3, 100, 96))
    refused("rt_detr", r"^model\.num_queries is 127, .* 126 places", num_queries=127)
    refused("yolos", r"^data\.input_shape: \[60, 96\] .* multiples of 8", (3, 60, 96))


@EVERY
def test_every_setting_has_an_effect(name: str) -> None:
    plain, batch = build(name), make_batch(1, 1)
    sizes = [plain.get_num_parameters()]
    changes: list[dict[str, Any]] = [{"hidden_dim": 64}, {"num_layers": 3}]
    for changed in changes:
        sizes.append(build(name, **changed).get_num_parameters())
    assert len({*sizes}) == 3
    assert build(name, num_queries=7).eval()(batch[0]).labels.ge(0).sum() == (
        42 if name == "rt_detr" else 14
    )
    before = plain.eval()(batch[0]).scores
    assert not build(name, activation="tanh").eval()(batch[0]).scores.equal(before)
    noisy = build(name, dropout=0.5).train()
    assert noisy(*batch)[0]["box"] != plain.train()(*batch)[0]["box"]
    if name == "yolos":
        assert build(name, patch_size=16).get_num_parameters() != sizes[0]


def test_settings_refuse_what_cannot_be() -> None:
    settings = STACKS["yolos"].load("models.settings").ModelSettings
    wrong: dict[str, dict[str, Any]] = {
        "model.hidden_dim has to be a multiple of 32, not 100": {"hidden_dim": 100},
        "model.num_queries cannot be 0": {"num_queries": 0},
        "model.pretrained needs model.backbone": {"pretrained": True},
        "model.weights_path needs model.pretrained": {"weights_path": "folder"},
    }
    for problem, given in wrong.items():
        with pytest.raises(ValueError, match=problem):
            settings(**given)
