"""Detectors of torchvision: equal to its own, with its own weights, or refused in one line."""

from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
import torch
import torchvision
from planted import KINDS, plant
from stacks import Stack, stack
from torch import Tensor, nn
from torchvision.models.detection.transform import GeneralizedRCNNTransform

SHARED = ("base", "engine", "engine/draws", "image/boxes", "models/detection")
LIBRARIES = ("models/library", "models/library/torchvision", "models/library/timm")
ANCHORS = "models/detection/anchors"
LAYERS = {
    "faster_rcnn": (ANCHORS, "models/detection/two_stage", "models/detection/faster_rcnn"),
    "retinanet": (ANCHORS, "models/detection/one_stage", "models/detection/retinanet"),
    "fcos": ("models/detection/one_stage", "models/detection/fcos"),
}
LIBRARY: Any = torchvision.models
OWN_NAMES = {
    "loss_objectness": "objectness_loss",
    "loss_rpn_box_reg": "region_loss",
    "loss_classifier": "class_loss",
    "loss_box_reg": "box_loss",
}
SHAPE = (3, 64, 64)


def detectors(architecture: str, library: str = "torchvision") -> Stack:
    """Return the stack of a row, with backbones of one of the libraries."""
    on = ("models/detection/published", f"models/detection/{library}")
    return stack(*SHARED, *LIBRARIES, *on, *LAYERS[architecture])


def build(architecture: str, backbone: str, shape: Any = SHAPE, **settings: Any) -> Any:
    """Build a model of a row, with a backbone of torchvision."""
    module = detectors(architecture).load("models.model")
    return module.build_model(shape, KINDS, backbone=backbone, **settings)


def renamed(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return weights of torchvision's detector under the names that they have here."""
    names = {"backbone.body.": "backbone.", "backbone.fpn.": "detector.backbone.", "": "detector."}
    found = {}
    for key, value in weights.items():
        start = next(name for name in names if key.startswith(name))
        found[names[start] + key.removeprefix(start)] = value
    return found


def published(name: str, num_classes: int) -> Any:
    """Return torchvision's detector, untrained, which leaves images of 64 pixels as they are."""
    torch.manual_seed(0)
    options: Any = {"weights": None, "weights_backbone": None, "num_classes": num_classes}
    model = LIBRARY.get_model(name, **options)
    model.transform = GeneralizedRCNNTransform(64, 64, [0.0] * 3, [1.0] * 3)
    return model


@pytest.mark.parametrize(
    ("architecture", "name"),
    [
        ("faster_rcnn", "fasterrcnn_resnet50_fpn_v2"),
        ("faster_rcnn", "fasterrcnn_mobilenet_v3_large_fpn"),
        ("retinanet", "retinanet_resnet50_fpn_v2"),
        ("fcos", "fcos_resnet50_fpn"),
    ],
)
def test_losses_and_boxes_are_those_of_torchvision(architecture: str, name: str) -> None:
    background = int(architecture == "faster_rcnn")
    theirs, batch = published(name, KINDS + background), plant(1, SHAPE)
    ours = build(architecture, name)
    if background:
        for part in ("rpn", "roi_heads"):  # torchvision's would draw others
            sampler = getattr(ours.detector, part).fg_bg_sampler
            sampler.seeds = batch.seeds
            getattr(theirs, part).fg_bg_sampler = sampler
    else:
        theirs.score_thresh = 0.05  # as here
        nn.init.zeros_(theirs.head.classification_head.cls_logits.bias)  # so that some are sure
    ours.load_state_dict(renamed(theirs.state_dict()))
    ours.to(memory_format=torch.contiguous_format)  # so that the last bits are the same, too
    there = batch.labels[0] >= 0
    objects = {"boxes": batch.boxes[0][there], "labels": batch.labels[0][there] + background}

    expected = theirs.train()(list(batch.images), [objects])
    terms, weight = ours.train()(*batch)
    assert weight == 1
    assert terms.keys() == {OWN_NAMES.get(key, key) for key in expected}
    for key, value in expected.items():
        torch.testing.assert_close(terms[OWN_NAMES.get(key, key)], value, rtol=1e-5, atol=1e-7)
    with torch.inference_mode():
        expected, found = theirs.eval()(list(batch.images))[0], ours.eval()(batch.images)
    count = min(100, len(expected["boxes"]))
    assert count == (found.labels >= 0).sum() > 0
    torch.testing.assert_close(found.boxes[0, :count], expected["boxes"][:count])
    torch.testing.assert_close(found.scores[0, :count], expected["scores"][:count])
    assert found.labels[0, :count].equal(expected["labels"][:count] - background)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which torch keeps what it fetched; there is no network."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))

    def out_of_reach(*_: Any, **__: Any) -> None:
        raise URLError("no network")

    monkeypatch.setattr("torch.hub.urlopen", out_of_reach)
    (tmp_path / "hub/checkpoints").mkdir(parents=True)
    return tmp_path / "hub/checkpoints"


def publish(model: nn.Module, name: str, hub: Path) -> dict[str, Tensor]:
    """Save the weights of a model as those that torchvision has published of it."""
    with torch.no_grad():
        for value in model.state_dict().values():
            if value.is_floating_point():
                value.mul_(1 + 0.1 * torch.rand_like(value))  # batch statistics, too
    torch.save(model.state_dict(), hub / Path(LIBRARY.get_model_weights(name).DEFAULT.url).name)
    return model.state_dict()


def test_a_backbone_starts_from_published_weights(hub: Path) -> None:
    with pytest.raises(detectors("fcos").UserError, match=r"model\.pretrained: .*no network"):
        build("fcos", "resnet18", pretrained=True)
    weights = publish(LIBRARY.get_model("resnet18", weights=None), "resnet18", hub)
    model = build("fcos", "resnet18", pretrained=True).train()
    own = model.backbone.state_dict()
    assert all(value.equal(weights[key]) for key, value in own.items())
    assert len(own) == len(weights) - 2  # without the head
    batch = plant(2, SHAPE)
    model(*batch)
    after = model.backbone.state_dict()
    assert all(value.equal(after[key]) for key, value in own.items()), "batch statistics moved"
    norms = [key for key, x in model.named_parameters() if not x.requires_grad]
    assert norms == [
        f"backbone.{key}" for key, x in own.items() if x.ndim == 1 and "run" not in key
    ]

    path = hub / "mine.pt"
    torch.save(weights, path)
    grey = build("fcos", "resnet18", (1, 64, 64), pretrained=True, weights_path=str(path))
    first = weights["conv1.weight"].sum(1, keepdim=True)
    torch.testing.assert_close(grey.backbone.state_dict()["conv1.weight"], first)
    live = build("fcos", "resnet18", pretrained=True, freeze_batch_norm=False)
    assert all(x.requires_grad for x in live.parameters())


def test_a_detector_starts_from_published_weights(hub: Path) -> None:
    name = "retinanet_resnet50_fpn"
    weights = publish(published(name, 91), name, hub)
    theirs = LIBRARY.get_model(name, weights="DEFAULT")
    ours = build("retinanet", name, pretrained=True).eval()
    ours.to(memory_format=torch.contiguous_format)  # so that the last bits are the same, too
    own = ours.state_dict()
    for key, value in renamed(weights).items():
        assert "cls_logits" in key or own[key].equal(value), key
    head = "detector.head.classification_head.cls_logits.bias"
    assert len(own[head]) == 9 * KINDS
    batch = plant(1, SHAPE)
    with torch.inference_mode():
        expected = theirs.eval().backbone(batch.images)
        found = ours.detector.backbone(ours.backbone(batch.images))
    for key, value in expected.items():  # with the same small number beside the variance: none
        torch.testing.assert_close(found[key], value)


@pytest.mark.parametrize(
    ("library", "name", "channels"),
    [
        ("torchvision", "resnet34", [64, 128, 256, 512]),
        ("torchvision", "mobilenet_v3_large", [24, 40, 112, 960]),
        ("torchvision", "efficientnet_b0", [24, 40, 112, 1280]),
        ("torchvision", "convnext_tiny", [96, 192, 384, 768]),
        ("torchvision", "densenet121", [256, 512, 1024, 1024]),
        ("timm", "resnet10t", [64, 128, 256, 512]),
        ("timm", "test_efficientnet", [24, 32, 48, 64]),
        ("timm", "convnext_atto", [40, 80, 160, 320]),
        ("timm", "swin_tiny_patch4_window7_224", [96, 192, 384, 768]),
    ],
)
def test_backbones_give_a_map_for_each_stride(library: str, name: str, channels: list[int]) -> None:
    make = detectors("faster_rcnn", library).load("models.backbone").make_backbone
    body, found = make(name, [4, 64, 96], (4, 8, 16, 32), False, None)
    assert found == channels
    maps = body.eval()(torch.randn(1, 4, 64, 96))
    assert [[*x.shape[1:]] for x in maps.values()] == [
        [width, 64 // stride, 96 // stride]
        for width, stride in zip(channels, (4, 8, 16, 32), strict=True)
    ]
    assert list(maps) == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("library", "name", "message"),
    [
        ("torchvision", "resnet9000", r"torchvision has no 'resnet9000'"),
        ("torchvision", "retinanet_resnet50_fpn", r"torchvision has no 'retinanet_resnet50_fpn'"),
        ("torchvision", "vit_b_16", r"vit_b_16 "),
        ("torchvision", "swin_t", r"swin_t has no feature maps of strides \[4"),
        ("timm", "resnet9000", r"timm has no 'resnet9000'; near it: \['resnet"),
        ("timm", "test_vit", r"test_vit has no feature maps of strides \[4, 8, 32\]"),
    ],
)
def test_a_backbone_that_does_not_fit_is_refused(library: str, name: str, message: str) -> None:
    rows = detectors("faster_rcnn", library)
    with pytest.raises(rows.UserError, match=rf"model\.backbone:? ?{message}"):
        rows.load("models.model").build_model([3, 64, 64], KINDS, backbone=name)


def test_weights_of_timm_are_whole(tmp_path: Path) -> None:
    rows = detectors("fcos", "timm")
    build_model = rows.load("models.model").build_model
    whole = rows.load("models.backbone").timm.create_model("test_efficientnet").state_dict()
    path = tmp_path / "weights.pt"
    torch.save(whole, path)
    given = {"backbone": "test_efficientnet", "pretrained": True, "weights_path": str(path)}
    own = build_model([3, 64, 64], KINDS, **given).backbone.state_dict()
    assert own
    assert all(value.equal(whole[key.removeprefix("body.")]) for key, value in own.items())
    build_model([1, 64, 64], KINDS, **given)
    del whole["blocks.0.0.bn1.weight"]
    torch.save(whole, path)
    with pytest.raises(rows.UserError, match=r"model\.weights_path: .* lacks 1 weights: .*bn1"):
        build_model([3, 64, 64], KINDS, **given)
    path.write_bytes(b"no weights")
    with pytest.raises(rows.UserError, match=r"model\.weights_path: .* cannot be loaded"):
        build_model([3, 64, 64], KINDS, **given)


@pytest.mark.parametrize(("side", "sizes"), [(96, 8), (400, 16), (800, 32), (1600, 32)])
def test_anchors_suit_the_images(side: int, sizes: float) -> None:
    share = detectors("retinanet").load("models.anchors").share_of_side
    assert 32 * share([3, side, side + 5], 1 / 4) == sizes


@pytest.mark.parametrize("architecture", ["faster_rcnn", "retinanet"])
def test_anchor_sizes_are_those_of_the_settings(architecture: str) -> None:
    def anchors(**settings: Any) -> list[float]:
        """Return the sizes of square anchors on each level."""
        detector = build(architecture, "resnet18", (3, 96, 128), **settings).detector
        made = (detector if architecture == "retinanet" else detector.rpn).anchor_generator
        return [float(sizes[0]) for sizes in made.sizes]

    assert anchors() == [8, 16, 32, 64, 128]
    sizes = [10.0, 20.0, 30.0, 40.0, 50.0]
    assert anchors(anchor_sizes=sizes) == sizes
    error = detectors(architecture).UserError
    with pytest.raises(error, match=r"model\.anchor_sizes: 5 levels, but 2 sizes"):
        anchors(anchor_sizes=[10.0, 20.0])
    whole = {"faster_rcnn": "fasterrcnn", "retinanet": "retinanet"}[architecture] + "_resnet50_fpn"
    with pytest.raises(error, match=rf"model\.anchor_sizes: {whole} has its own"):
        build(architecture, whole, anchor_sizes=sizes)


def test_weights_from_a_checkpoint_need_no_others() -> None:
    module = detectors("fcos").load("models.settings")
    make, without_weights = module.ModelSettings, module.without_weights
    pretrained = make(pretrained=True, weights_path="weights.pt", max_detections=7)
    assert without_weights(pretrained) == make(freeze_batch_norm=True, max_detections=7)
    live = make(pretrained=True, freeze_batch_norm=False)
    assert without_weights(live) == make(freeze_batch_norm=False)
    assert without_weights(make()) == make()
    with pytest.raises(ValueError, match=r"model\.weights_path needs model\.pretrained"):
        make(weights_path="weights.pt")
    with pytest.raises(ValueError, match=r"model\.max_detections"):
        make(max_detections=0)
