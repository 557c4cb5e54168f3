"""The model: shapes, gradients, its own methods, and that it can learn."""

from math import prod
from typing import Any

import pytest
import torch
from built import MODELS, QUICK
from expected import make_objective, make_targets
from samples import SHAPE, make_inputs
from torch import Tensor, nn

from pkg.batch import Batch
from pkg.models.model import build_model
from pkg.models.settings import ModelSettings, without_weights

NUM_OUTPUTS = 3
EVERY = pytest.mark.parametrize("name", MODELS)


def build(name: str, num_outputs: int = NUM_OUTPUTS, **settings: Any) -> Any:
    """Build a model, untrained, with weights that no zero hides."""
    torch.manual_seed(0)
    model = build_model(SHAPE, num_outputs, **MODELS[name] | settings)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.01 * torch.randn_like(weight))
    return model


@EVERY
def test_outputs_have_a_row_for_each_sample(name: str) -> None:
    model = build(name).eval()
    inputs = make_inputs(3)
    with torch.inference_mode():
        outputs = model(inputs)
        alone = model(inputs[:1])  # nobody's answer depends on the others in the batch
    assert outputs.shape == (3, NUM_OUTPUTS)
    assert outputs.dtype == torch.float32
    torch.testing.assert_close(alone, outputs[:1], rtol=1e-3, atol=1e-4)


@EVERY
def test_gradients_reach_every_weight(name: str) -> None:
    model = build(name, dropout=0.0).train()
    model(make_inputs(4)).square().sum().backward()
    for weight_name, weight in model.named_parameters():
        assert weight.requires_grad, weight_name
        assert weight.grad.isfinite().all(), weight_name
        assert weight.grad.abs().sum() > 0, weight_name


@EVERY
def test_the_weights_are_counted(name: str) -> None:
    model = build(name)
    count = model.get_num_parameters()
    assert count == sum(prod(weight.shape) for weight in model.parameters())
    last = [module for module in model.head.modules() if isinstance(module, nn.Linear)][-1]
    more = build(name, NUM_OUTPUTS + 2).get_num_parameters() - count
    assert more == 2 * (last.in_features + 1)


@EVERY
def test_freezing_is_for_the_backbone_alone(name: str) -> None:
    model = build(name)
    backbone = {f"backbone.{weight}" for weight, _ in model.backbone.named_parameters()}
    head = {f"head.{weight}" for weight, _ in model.head.named_parameters()}
    assert backbone | head == {weight for weight, _ in model.named_parameters()}
    model.freeze_backbone()
    assert {weight for weight, w in model.named_parameters() if w.requires_grad} == head
    model.unfreeze_backbone()
    assert all(weight.requires_grad for weight in model.parameters())


def test_settings_without_weights_are_of_the_same_model() -> None:
    settings = ModelSettings(dropout=0.5)
    assert without_weights(settings) == settings


@pytest.mark.parametrize("name", QUICK)
def test_one_batch_is_learnt_by_heart(name: str) -> None:
    torch.manual_seed(0)
    ids = torch.arange(8)
    targets, names = make_targets(ids)
    targets = scaled(targets) if targets.is_floating_point() else targets
    batch = Batch(make_inputs(8), targets, ids)
    model = build_model(SHAPE, len(names), **MODELS[name] | {"dropout": 0.0}).train()
    objective, optimizer = make_objective(len(names)), torch.optim.AdamW(model.parameters(), 1e-3)
    losses = list[float]()
    while not losses or losses[-1] > losses[0] / 10:
        assert len(losses) < 1000, losses
        loss = objective(model, batch)
        assert loss.total is not None
        losses.append(float(loss.total.detach()))
        optimizer.zero_grad()
        loss.total.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def scaled(targets: Tensor) -> Tensor:
    """Bring numbers [N, K] to the size that a model makes; labels stay what they are."""
    return targets / targets.amax(0)
