"""The detector: what it finds, its losses and gradients, its own methods, and that it can learn."""

from typing import Any

import pytest
import torch
from built import ADDITIVE, MODELS, QUICK
from marked import OF_OBJECTS, make_batch
from samples import SHAPE
from torch import Tensor, nn

from pkg.batch import Batch
from pkg.boxes import Detections
from pkg.data.variable_size import resize, sizes_around
from pkg.models.model import build_model
from pkg.models.settings import ModelSettings, without_weights
from pkg.task.found import match_outputs
from pkg.task.objective import Objective
from pkg.task.precision import Precision

NUM_OUTPUTS = 2
EVERY = pytest.mark.parametrize("name", MODELS)


def build(name: str) -> Any:
    """Build a model, untrained, without dropout."""
    torch.manual_seed(0)
    plain = {"dropout": 0.0} if "dropout" in MODELS[name] else {}
    return build_model(SHAPE, NUM_OUTPUTS, **MODELS[name] | plain)


def settled(model: Any) -> Any:
    """Return the model in training, without the statistics of batches."""
    model.train()
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.eval()
    return model


def make_squares(size: int = 4) -> Batch:
    """Return noise with a bright square and a dark one in each image, but for the last: none."""
    generator = torch.Generator().manual_seed(0)
    images = 0.3 * torch.randn(size, *SHAPE, generator=generator)
    boxes, labels = torch.zeros(size, 2, 4), torch.full((size, 2), -1)
    for i in range(size - 1):
        for k, place in enumerate([(4, 6 + 4 * i), (34 - 3 * i, 30)]):
            (x, y), side = place, 24 - 2 * i
            images[i, :, y : y + side, x : x + side] += 3 - 6 * k
            boxes[i, k], labels[i, k] = torch.tensor([x, y, x + side, y + side]), k
    return make_batch(images, boxes, labels, seeds=torch.arange(size) + 7)


def losses(model: Any, batch: Batch) -> dict[str, Tensor]:
    """Return the sums of the model's losses, and their weight."""
    loss = Objective()(model, batch)
    return {**loss.terms, "weight": torch.as_tensor(loss.weight)}


@EVERY
def test_detections_have_a_row_for_each_image(name: str) -> None:
    model, images = build(name).eval(), make_squares().inputs
    with torch.inference_mode():
        found, alone = model(images), model(images[:1])
    assert isinstance(found, Detections)
    boxes, scores, labels = found[:3]
    count = boxes.shape[1]
    assert count > 0
    assert (boxes.shape, scores.shape, labels.shape) == ((4, count, 4), (4, count), (4, count))
    assert (boxes.dtype, labels.dtype) == (torch.float32, torch.int64)
    assert scores.diff(dim=1).max() <= 0  # the surest first
    assert ((labels >= -1) & (labels < NUM_OUTPUTS)).all()
    assert scores[labels < 0].count_nonzero() == boxes[labels < 0].count_nonzero() == 0
    torch.testing.assert_close(alone.scores, scores[:1], rtol=1e-3, atol=1e-4)


@EVERY
def test_gradients_reach_every_weight(name: str) -> None:
    model = settled(build(name))
    terms = losses(model, make_squares())
    weight = terms.pop("weight")
    (torch.stack([*terms.values()]).sum() / weight).backward()
    for weight_name, weight in model.named_parameters():
        assert weight.grad is not None, weight_name
        assert weight.grad.isfinite().all(), weight_name


@EVERY
def test_a_batch_in_parts_has_the_losses_of_the_whole(name: str) -> None:
    model, batch = settled(build(name)), make_squares()
    with torch.no_grad():
        whole = losses(model, batch)
        parts = [losses(model, batch.cut(*ends)) for ends in ((0, 1), (1, 3), (3, 4))]
    added = {key: torch.stack([part[key].float() for part in parts]).sum() for key in whole}
    if name in ADDITIVE:
        torch.testing.assert_close(added, {key: x.float() for key, x in whole.items()})
    assert all(float(value) > 0 for value in whole.values())


@EVERY
def test_images_without_objects_are_learnt_from(name: str) -> None:
    model, batch = settled(build(name)), make_squares()
    empty = batch.cut(3, 4)
    for none in (
        empty,
        empty._replace(**{name: getattr(empty, name)[:, :0] for name in OF_OBJECTS}),
    ):
        terms = losses(model, none)
        assert all(value.isfinite() for value in terms.values())
        model.zero_grad()
        torch.stack([value.float() for value in terms.values()]).sum().backward()
    gradients = [weight.grad for weight in model.parameters() if weight.grad is not None]
    assert all(gradient.isfinite().all() for gradient in gradients)
    assert any(gradient.any() for gradient in gradients)


@EVERY
def test_batches_may_have_other_sizes(name: str) -> None:
    model = settled(build(name))
    others = [size for size in sizes_around(SHAPE) if [*size] != SHAPE[1:]]
    for size in others:
        batch = resize(make_squares(2), size)
        terms = losses(model.train(), batch)
        assert all(value.isfinite() and value > 0 for value in terms.values()), size
        with torch.inference_mode():
            found = model.eval()(batch.inputs)
        assert found.boxes.isfinite().all()
    assert len(others) > 1


@EVERY
def test_freezing_is_for_the_backbone_alone(name: str) -> None:
    model = build(name)
    trained, backbone = learning(model), {id(weight) for weight in model.backbone.parameters()}
    assert model.get_num_parameters() == sum(weight.numel() for weight in model.parameters())
    model.freeze_backbone()
    assert learning(model) == trained - backbone
    assert backbone & trained
    assert trained - backbone
    model.unfreeze_backbone()
    assert learning(model) == trained


def learning(model: nn.Module) -> set[int]:
    """Return which weights learn."""
    return {id(weight) for weight in model.parameters() if weight.requires_grad}


def test_settings_without_weights_are_of_the_same_model() -> None:
    settings = ModelSettings()
    assert without_weights(settings) == settings


@EVERY
def test_one_batch_is_learnt(name: str) -> None:
    """A large model takes too long to learn it by heart: its loss falls."""
    model, batch, objective = settled(build(name)), make_squares().cut(0, 2), Objective()
    optimizer, losses = torch.optim.AdamW(model.parameters(), 1e-3), list[float]()
    while not (losses and losses[-1] < 0.8 * losses[0] and is_learnt(name, model, batch)):
        assert len(losses) < 500, losses
        for _ in range(20 if name in QUICK else 1):
            loss = objective(settled(model), batch)
            optimizer.zero_grad()
            (loss.total / loss.weight).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            losses.append(float(loss.total.detach()))


@torch.inference_mode()
def is_learnt(name: str, model: nn.Module, batch: Batch) -> bool:
    """Say whether the model finds the objects of a batch; of a large one nobody asks that."""
    if name not in QUICK:
        return True
    found = Objective().predict(model.eval(), batch)
    precision = Precision(match_outputs(found, batch.targets), NUM_OUTPUTS)
    return precision.metrics(precision.every())["map_50"] >= 0.9
