"""A published backbone: frozen, of other channels, and refused where it cannot be."""

from pathlib import Path
from typing import Any

import pytest
import torch
from built import MODELS
from samples import SHAPE

from pkg.engine.errors import UserError
from pkg.models.model import build_model
from pkg.models.settings import ModelSettings, without_weights

NUM_OUTPUTS = 3
FIRST = next(iter(MODELS.values()))


def test_a_frozen_backbone_stays_as_it_is() -> None:
    model: Any = build_model(SHAPE, NUM_OUTPUTS, **FIRST)
    model.freeze_backbone()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.train()(torch.randn(4, *SHAPE)).sum().backward()
    assert all(weight.grad is None for weight in model.backbone.parameters())
    assert all(weight.grad is not None for weight in model.head.parameters())
    after = model.state_dict()  # batch statistics, too
    assert all(value.equal(after[name]) for name, value in before.items())
    model.unfreeze_backbone()
    assert model.train().backbone.training


@pytest.mark.parametrize("channels", [1, 4])
def test_images_may_have_other_channels(channels: int) -> None:
    shape = [channels, *SHAPE[1:]]
    model = build_model(shape, NUM_OUTPUTS, **FIRST).eval()
    assert model(torch.randn(2, *shape)).shape == (2, NUM_OUTPUTS)


def test_an_unknown_backbone_is_refused() -> None:
    with pytest.raises(UserError, match=r"model\.backbone: .* has no 'resnet9000'"):
        build_model(SHAPE, NUM_OUTPUTS, backbone="resnet9000")


@pytest.mark.parametrize("kind", ["vit", "convnext"])
def test_images_smaller_than_a_patch_are_refused(kind: str) -> None:
    with pytest.raises(UserError, match=r"model\.backbone .* data\.input_shape \[3, 3, 3\]"):
        build_model([3, 3, 3], NUM_OUTPUTS, **MODELS[kind])


@pytest.mark.parametrize("name", ["gone.pt", "bad.pt", "bad.safetensors", "other.pt"])
def test_weights_that_cannot_be_loaded_are_named(tmp_path: Path, name: str) -> None:
    for bad in ("bad.pt", "bad.safetensors"):
        (tmp_path / bad).write_bytes(b"no weights")
    torch.save({"another.weight": torch.ones(1)}, tmp_path / "other.pt")
    given = {"pretrained": True, "weights_path": str(tmp_path / name)}
    with pytest.raises(UserError, match=rf"model\.weights_path: .*{name}"):
        build_model(SHAPE, NUM_OUTPUTS, **FIRST | given)


def test_a_file_of_weights_is_for_pretrained_models() -> None:
    with pytest.raises(ValueError, match=r"model\.weights_path needs model\.pretrained"):
        ModelSettings(pretrained=False, weights_path="weights.pt")


def test_weights_from_a_checkpoint_need_no_others() -> None:
    settings = ModelSettings(pretrained=True, weights_path="weights.pt", dropout=0.5)
    assert without_weights(settings) == ModelSettings(dropout=0.5)
