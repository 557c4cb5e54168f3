"""The model: shapes, gradients, its own methods, and that it can learn."""

from math import prod
from typing import Any

import numpy as np
import pytest
import torch
from built import MODELS, QUICK
from expected import metric_of
from samples import NAMES, SHAPE, draw_image, draw_mask
from showing import make_batch
from torch import Tensor, nn

from pkg.masks import Segmentation, classes_of
from pkg.models.model import build_model
from pkg.models.settings import ModelSettings, without_weights
from pkg.task.objective import Objective

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
@pytest.mark.parametrize("size", [tuple(SHAPE[1:]), (37, 45)])
def test_each_pixel_has_an_output_for_each_class(name: str, size: tuple[int, int]) -> None:
    model = build(name).eval()
    inputs = torch.randn(3, SHAPE[0], *size)
    with torch.inference_mode():
        outputs = model(inputs)
        alone = model(inputs[:1])  # nobody's answer depends on the others in the batch
    assert outputs.shape == (3, NUM_OUTPUTS, *size)
    assert outputs.dtype == torch.float32
    torch.testing.assert_close(alone, outputs[:1], rtol=1e-3, atol=1e-4)


@EVERY
@pytest.mark.parametrize("channels", [1, 4])
def test_images_may_have_other_channels(name: str, channels: int) -> None:
    shape = [channels, *SHAPE[1:]]
    model = build_model(shape, NUM_OUTPUTS, **MODELS[name]).eval()
    assert model(torch.randn(2, *shape)).shape == (2, NUM_OUTPUTS, *SHAPE[1:])


@EVERY
def test_gradients_reach_every_weight(name: str) -> None:
    model = build(name, dropout=0.0).train()
    model(torch.randn(4, SHAPE[0], 64, 64)).square().sum().backward()  # too few pixels hide some
    for weight_name, weight in model.named_parameters():
        assert weight.requires_grad, weight_name
        assert weight.grad.isfinite().all(), weight_name
        assert weight.grad.abs().sum() > 0, weight_name


@EVERY
def test_the_weights_are_counted(name: str) -> None:
    model = build(name)
    count = model.get_num_parameters()
    assert count == sum(prod(weight.shape) for weight in model.parameters())
    last = [module for module in model.head.modules() if isinstance(module, nn.Conv2d)][-1]
    more = build(name, NUM_OUTPUTS + 2).get_num_parameters() - count
    assert more == 2 * (last.weight[0].numel() + 1)


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


@EVERY
def test_dropout_takes_effect_in_training_alone(name: str) -> None:
    model, inputs = build(name, dropout=0.5), torch.randn(2, *SHAPE)
    once, again = model.train()(inputs), model(inputs)
    assert not once.allclose(again)
    assert model.eval()(inputs).equal(model(inputs))


def test_settings_without_weights_are_of_the_same_model() -> None:
    settings = ModelSettings(dropout=0.5)
    assert without_weights(settings) == settings


@pytest.mark.parametrize("name", QUICK)
def test_one_batch_is_learnt_by_heart(name: str) -> None:
    torch.manual_seed(0)
    inputs, masks = draw_batch(8)
    model = build_model(SHAPE, len(NAMES), **MODELS[name] | {"dropout": 0.0}).train()
    batch, objective = make_batch(masks, inputs), Objective()
    optimizer, ious = torch.optim.AdamW(model.parameters(), 3e-3), list[float]()
    while not ious or ious[-1] < 0.9:
        assert len(ious) < 200, ious
        loss = objective(model, batch)
        optimizer.zero_grad()
        (loss.total / loss.weight).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        predicted = Segmentation(classes_of(loss.outputs), batch.sizes)
        ious.append(metric_of(predicted, masks)[1])


def draw_batch(count: int) -> tuple[Tensor, Tensor]:
    """Return the first synthetic images, float32 [B, C, S, S], and their masks, uint8 [B, S, S]."""
    names, side = [f"synthetic_{index:02}" for index in range(count)], SHAPE[1]
    wide = [SHAPE[0], side, side * 4 // 3 + 1]  # of which those are cut off that are too many
    images = np.stack([np.array(draw_image(wide, name))[:, :side] for name in names])
    masks = np.stack([draw_mask(wide, name)[:, :side] for name in names])
    return torch.from_numpy(images).movedim(-1, 1) / 64 - 1, torch.from_numpy(masks)
