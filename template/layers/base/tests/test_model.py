"""The model of configs/smoke.yaml: shapes, gradients, its own methods, what it refuses."""

from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from torch import nn

from pkg.batch import Batch
from pkg.engine.loop import Recipe, TrainState, update_weights
#: if library != "torch"
from pkg.engine.errors import UserError
#: endif
from pkg.models.model import build_model
#: if architecture != "custom"
from pkg.models.settings import ModelSettings
#: endif
from pkg.task.objective import Objective

WRITTEN = yaml.safe_load((Path(__file__).parents[1] / "configs" / "smoke.yaml").read_text())
#: if family == "image"
SHAPE = [WRITTEN["data"]["input_shape"][0], 32, 32]
#: else
SHAPE = [5]
#: endif
NUM_OUTPUTS = 3


@pytest.fixture(scope="module")
def model() -> Any:
    """Return the model, untrained, with weights that no zero hides."""
    torch.manual_seed(0)
    model = build_model(SHAPE, NUM_OUTPUTS, **WRITTEN["model"])
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.01 * torch.randn_like(weight))
    return model


@pytest.mark.parametrize("size", [1, 3])
def test_outputs_have_a_row_for_each_sample(model: Any, size: int) -> None:
    inputs = torch.randn(size, *SHAPE)
    with torch.inference_mode():
        outputs = model.eval()(inputs)
        assert outputs.shape == (size, NUM_OUTPUTS)
        assert outputs.dtype == torch.float32
        alone = model(inputs[:1])  # nobody's answer depends on the others in the batch
    torch.testing.assert_close(alone, outputs[:1], rtol=1e-3, atol=1e-4)


def test_gradients_reach_every_weight(model: Any) -> None:
    model.train()(torch.randn(4, *SHAPE)).square().sum().backward()
    for name, weight in model.named_parameters():
        assert weight.requires_grad, name
        assert weight.grad.isfinite().all(), name
        assert weight.grad.abs().sum() > 0, name
    model.zero_grad()


def test_the_weights_are_counted(model: Any) -> None:
    count = model.get_num_parameters()
    #: if family == "table"
    layers, width = WRITTEN["model"]["num_layers"], WRITTEN["model"]["hidden_dim"]
    first, between = (SHAPE[0] + 1) * width, (layers - 1) * (width + 1) * width
    assert count == first + between + (width + 1) * NUM_OUTPUTS
    #: endif
    assert count == sum(prod(weight.shape) for weight in model.parameters())
    larger = build_model(SHAPE, NUM_OUTPUTS + 2, **WRITTEN["model"])
    last = [module for module in model.head.modules() if isinstance(module, nn.Linear)][-1]
    assert larger.get_num_parameters() - count == 2 * (last.in_features + 1)


def test_freezing_is_for_the_backbone_alone(model: Any) -> None:
    backbone = {f"backbone.{name}" for name, _ in model.backbone.named_parameters()}
    head = {f"head.{name}" for name, _ in model.head.named_parameters()}
    assert backbone | head == {name for name, _ in model.named_parameters()}
    model.freeze_backbone()
    assert {name for name, w in model.named_parameters() if w.requires_grad} == head
    model.unfreeze_backbone()
    assert all(weight.requires_grad for weight in model.parameters())
#: if library != "torch"


def test_a_frozen_backbone_stays_as_it_is(model: Any) -> None:
    model.freeze_backbone()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.train()(torch.randn(4, *SHAPE)).sum().backward()
    assert all(weight.grad is None for weight in model.backbone.parameters())
    assert all(weight.grad is not None for weight in model.head.parameters())
    after = model.state_dict()  # batch statistics, too
    assert all(value.equal(after[name]) for name, value in before.items())
    model.unfreeze_backbone()
    model.zero_grad()
    assert model.train().backbone.training


def test_an_unknown_backbone_is_refused() -> None:
    with pytest.raises(UserError, match=r"model\.backbone: .* has no 'resnet9000'"):
        build_model(SHAPE, NUM_OUTPUTS, **WRITTEN["model"] | {"backbone": "resnet9000"})
#: endif
#: if library == "timm"


def test_a_backbone_that_has_no_weights_is_not_pretrained() -> None:
    given = {"backbone": "vit_base_patch32_plus_256", "pretrained": True, "weights_path": None}
    with pytest.raises(UserError, match=r"model\.pretrained: timm has no weights for vit_base"):
        build_model(SHAPE, NUM_OUTPUTS, **WRITTEN["model"] | given)
#: endif
#: if library != "torch"


@pytest.mark.parametrize("name", ["gone.pt", "bad.pt", "bad.safetensors", "other.pt"])
def test_weights_that_cannot_be_loaded_are_named(tmp_path: Path, name: str) -> None:
    for bad in ("bad.pt", "bad.safetensors"):
        (tmp_path / bad).write_bytes(b"no weights")
    torch.save({"another.weight": torch.ones(1)}, tmp_path / "other.pt")
    given = {"pretrained": True, "weights_path": str(tmp_path / name)}
    with pytest.raises(UserError, match=rf"model\.weights_path: .*{name}"):
        build_model(SHAPE, NUM_OUTPUTS, **WRITTEN["model"] | given)
    with pytest.raises(ValueError, match=r"model\.weights_path needs model\.pretrained"):
        ModelSettings(pretrained=False, weights_path=name)
#: endif
#: if architecture in ("vit", "convnext")


def test_images_smaller_than_a_patch_are_refused() -> None:
    with pytest.raises(UserError, match=r"model\.backbone .* data\.input_shape \[\d, 3, 3\]"):
        build_model([SHAPE[0], 3, 3], NUM_OUTPUTS, **WRITTEN["model"])
#: endif
#: if task == "regression"


def test_answers_are_in_the_unit_of_the_targets() -> None:
    model = build_model(SHAPE, 2, **WRITTEN["model"]).eval()
    inputs = torch.randn(3, *SHAPE)
    with torch.inference_mode():
        plain = model(inputs)  # until a scale is set
        model.set_target_scale([10.0, -5.0], [2.0, 100.0])
        scaled = model(inputs)
    expected = plain * torch.tensor([2.0, 100.0]) + torch.tensor([10.0, -5.0])
    torch.testing.assert_close(scaled, expected)
    assert {"target_mean", "target_std"} <= model.state_dict().keys()
#: endif


def test_one_batch_is_learnt_by_heart(
    make_batch: Callable[..., Batch],
    make_objective: Callable[[], Objective],
    make_state: Callable[..., TrainState],
    make_recipe: Callable[..., Recipe],
) -> None:
    torch.manual_seed(0)
    model = build_model(SHAPE, NUM_OUTPUTS, **WRITTEN["model"] | {"dropout": 0.0})
    batch, recipe = make_batch(8, *SHAPE), make_recipe(make_objective(), max_grad_norm=1.0)
    state = make_state(model.train(), "adamw", learning_rate=1e-3)
    losses = [float(update_weights(state, recipe, [batch]).loss)]
    while losses[-1] > losses[0] / 10:
        assert len(losses) < 1000, losses
        losses.append(float(update_weights(state, recipe, [batch]).loss))
