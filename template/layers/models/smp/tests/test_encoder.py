"""A published encoder: frozen, from a file, and refused where it cannot be."""

from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from built import MODELS
from samples import SHAPE

from pkg.engine.errors import UserError
from pkg.models.model import build_model
from pkg.models.settings import ModelSettings, without_weights

NUM_OUTPUTS = 3
FIRST = next(iter(MODELS.values()))


def test_a_frozen_encoder_stays_as_it_is() -> None:
    model: Any = build_model(SHAPE, NUM_OUTPUTS, **FIRST)
    model.freeze_backbone()
    before = {name: value.clone() for name, value in model.backbone.state_dict().items()}
    model.train()(torch.randn(4, *SHAPE)).sum().backward()
    assert all(weight.grad is None for weight in model.backbone.parameters())
    assert all(weight.grad is not None for weight in model.head.parameters())
    after = model.backbone.state_dict()  # batch statistics, too
    assert all(value.equal(after[name]) for name, value in before.items())
    model.unfreeze_backbone()
    assert model.train().backbone.training


@pytest.mark.parametrize("channels", [1, 3, 5])
def test_weights_of_an_encoder_come_from_a_file(tmp_path: Path, channels: int) -> None:
    torch.manual_seed(0)
    whole = timm.create_model("test_resnet").state_dict()
    torch.save(whole, tmp_path / "weights.pt")
    given = {"backbone": "test_resnet", "pretrained": True}
    path = str(tmp_path / "weights.pt")
    model: Any = build_model([channels, *SHAPE[1:]], NUM_OUTPUTS, **given, weights_path=path)
    found = model.backbone.state_dict()
    assert found["model.layer4.0.conv1.weight"].equal(whole["layer4.0.conv1.weight"])
    grey = found["model.conv1.0.weight"].sum(1), whole["conv1.0.weight"].sum(1)
    torch.testing.assert_close(*grey)


def test_an_unknown_encoder_is_refused() -> None:
    with pytest.raises(UserError, match=r"model\.backbone: .* has no 'resnet9000'; near: \["):
        build_model(SHAPE, NUM_OUTPUTS, backbone="resnet9000")


def test_an_encoder_without_levels_is_refused() -> None:
    with pytest.raises(UserError, match=r"model\.backbone test_vit does not take data\.input_sh"):
        build_model(SHAPE, NUM_OUTPUTS, backbone="test_vit")


@pytest.mark.parametrize("backbone", [settings["backbone"] for settings in MODELS.values()])
@pytest.mark.parametrize("name", ["gone.pt", "bad.pt", "bad.safetensors", "other.pt"])
def test_weights_that_cannot_be_loaded_are_named(tmp_path: Path, backbone: str, name: str) -> None:
    for bad in ("bad.pt", "bad.safetensors"):
        (tmp_path / bad).write_bytes(b"no weights")
    torch.save({"another.weight": torch.ones(1)}, tmp_path / "other.pt")
    given = {"pretrained": True, "weights_path": str(tmp_path / name)}
    with pytest.raises(
        UserError, match=rf"^model\.weights_path: .*{name} (lacks|cannot be loaded|does not)"
    ):
        build_model(SHAPE, NUM_OUTPUTS, backbone=backbone, **given)


def test_weights_out_of_reach_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise OSError("no network in tests")

    monkeypatch.setattr("timm.models._builder.load_pretrained", offline)
    with pytest.raises(UserError, match=r"^model\.pretrained: .*test_resnet are out of reach"):
        build_model(SHAPE, NUM_OUTPUTS, backbone="test_resnet", pretrained=True)


def test_a_file_of_weights_is_for_pretrained_models() -> None:
    with pytest.raises(ValueError, match=r"model\.weights_path needs model\.pretrained"):
        ModelSettings(weights_path="weights.pt")
    settings = ModelSettings(pretrained=True, weights_path="weights.pt", dropout=0.5)
    assert without_weights(settings) == ModelSettings(dropout=0.5)
