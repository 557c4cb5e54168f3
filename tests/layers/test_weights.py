"""Weights from a file: of both libraries, whole or refused."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_sample_image
from stacks import stack
from torch import nn

from tools.figures import save_lite0

TIMM, TORCHVISION = (
    stack(
        "engine", "models/library", f"models/library/{name}", "models/published", f"models/{name}"
    )
    for name in ("timm", "torchvision")
)
timm_model, torchvision_model = (each.load("models.model") for each in (TIMM, TORCHVISION))
SHAPE = [1, 64, 64]


def save(weights: dict[str, torch.Tensor], path: Path) -> str:
    torch.save(weights, path)
    return str(path)


def test_weights_of_timm(tmp_path: Path) -> None:
    backbone = "vit_tiny_patch16_224"
    whole = timm_model.timm.create_model(backbone).state_dict()  # of larger images, and with a head
    path = save(whole, tmp_path / "weights.pt")
    options = {"backbone": backbone, "pretrained": True, "weights_path": path}
    found = timm_model.build_model([3, 64, 64], 3, **options).backbone.state_dict()
    assert all(found[name].equal(whole[name]) for name in found if name != "pos_embed")
    assert timm_model.build_model(SHAPE, 3, **options).backbone.state_dict().keys() == found.keys()

    name = "blocks.3.attn.qkv.weight"
    save({key: value for key, value in whole.items() if key != name}, tmp_path / "weights.pt")
    with pytest.raises(
        TIMM.UserError, match=rf"model\.weights_path: .* lacks 1 weights: \['{name}'\]"
    ):
        timm_model.build_model(SHAPE, 3, **options)


def test_weights_of_a_package_know_a_daisy(tmp_path: Path) -> None:
    save_lite0(tmp_path / "lite0.pt")
    backbone = timm_model.timm.create_model("tf_efficientnet_lite0", num_classes=0).eval()
    timm_model.load_file(backbone, str(tmp_path / "lite0.pt"), 3)
    daisy = Image.fromarray(load_sample_image("flower.jpg")).resize((224, 224))
    head = torch.load(tmp_path / "lite0.pt", weights_only=True)
    pixels = torch.from_numpy(np.array(daisy)).movedim(2, 0)[None] / 127.5 - 1
    scores = backbone(pixels) @ head["classifier.weight"].T + head["classifier.bias"]
    assert scores.argmax() == 985  # of ImageNet's classes


def test_weights_of_torchvision(tmp_path: Path) -> None:
    whole: nn.Module = torchvision_model.LIBRARY.get_model("resnet18", weights=None)
    path = save(whole.state_dict(), tmp_path / "weights.pt")
    build, options = torchvision_model.build_model, {"backbone": "resnet18", "pretrained": True}
    found = build([3, 64, 64], 3, **options, weights_path=path).backbone
    assert found.get_parameter("layer4.1.conv2.weight").equal(
        whole.get_parameter("layer4.1.conv2.weight")
    )
    save({"conv1.weight": torch.ones(64, 3, 7, 7)}, tmp_path / "weights.pt")
    with pytest.raises(TORCHVISION.UserError, match=r"model\.weights_path: .* Missing key"):
        build(SHAPE, 3, **options, weights_path=path)
    (tmp_path / "weights.pt").write_bytes(b"no weights")
    with pytest.raises(TORCHVISION.UserError, match=r"model\.weights_path: .* cannot be loaded"):
        build(SHAPE, 3, **options, weights_path=path)
