"""The model: what it says of the next token, its own methods, and that it can learn."""

from typing import Any

import pytest
import torch
from built import MODELS, QUICK
from samples import SHAPE, make_inputs
from torch import Tensor, nn

from pkg.batch import Batch
from pkg.models.decoding import Decoding
from pkg.models.model import build_model
from pkg.models.settings import ModelSettings, without_weights
from pkg.task.objective import Objective

EVERY = pytest.mark.parametrize("name", MODELS)


def build(name: str, **settings: Any) -> Any:
    """Build a model, untrained, with weights that no zero hides."""
    torch.manual_seed(0)
    model = build_model(SHAPE, 1, **MODELS[name] | settings)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.05 * torch.randn_like(weight))
    return model


@EVERY
def test_no_token_sees_what_comes_after_it(name: str) -> None:
    model, tokens = build(name).eval(), make_inputs(3)
    with torch.inference_mode():
        logits, alone = model(tokens), model(tokens[:1, :5])
        cut = model(torch.where(torch.arange(SHAPE[1]) < 5, tokens, -1))
    assert logits.shape == (3, SHAPE[1], SHAPE[0])
    assert logits.dtype == torch.float32
    torch.testing.assert_close(alone, logits[:1, :5], rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(cut[:, :5], logits[:, :5], rtol=1e-3, atol=1e-4)


@EVERY
def test_gradients_reach_every_weight(name: str) -> None:
    model = build(name, dropout=0.0).train()
    model(make_inputs(4)).square().sum().backward()
    for weight_name, weight in model.named_parameters():
        assert weight.requires_grad, weight_name
        assert weight.grad.isfinite().all(), weight_name
        assert weight.grad.abs().sum() > 0, weight_name


@EVERY
def test_frozen_but_for_the_head_a_model_still_learns(name: str) -> None:
    model = build(name)
    every = learning(model)
    assert model.get_num_parameters() == sum(weight.numel() for weight in model.parameters())
    model.freeze_backbone()
    left = [weight for weight in model.parameters() if weight.requires_grad]
    assert [weight.shape[0] for weight in left] == [SHAPE[0]]  # of each token
    model(make_inputs(2)).square().sum().backward()
    assert left[0].grad is not None
    model.unfreeze_backbone()
    assert learning(model) == every


def learning(model: nn.Module) -> set[int]:
    """Return which weights learn."""
    return {id(weight) for weight in model.parameters() if weight.requires_grad}


@EVERY
def test_texts_go_on_as_the_model_says(name: str) -> None:
    model, tokens = build(name).eval(), make_inputs(2)
    prompts = tokens.where(torch.tensor([[3], [1]]) > torch.arange(SHAPE[1]), -1)
    new = model.generate(prompts, Decoding(max_new_tokens=3), torch.arange(2))
    assert new.shape == (2, 3)
    for row, length in enumerate((3, 1)):
        whole = torch.cat([tokens[row : row + 1, :length], new[row : row + 1]], 1)
        with torch.inference_mode():
            best = model(whole[:, :-1])[:, length - 1 :].argmax(-1)
        assert best.equal(whole[:, length:])


@EVERY
def test_dropout_takes_effect_in_training_alone(name: str) -> None:
    model, inputs = build(name, dropout=0.5), make_inputs(2)
    once, again = model.train()(inputs), model(inputs)
    assert not once.allclose(again)
    assert model.eval()(inputs).equal(model(inputs))


def test_settings_without_weights_are_of_the_same_model() -> None:
    settings = ModelSettings(dropout=0.5)
    assert without_weights(settings) == settings


@pytest.mark.parametrize("name", QUICK)
def test_one_batch_is_learnt_by_heart(name: str) -> None:
    model = build(name, dropout=0.0).train()
    batch = make_batch(8)
    optimizer, losses = torch.optim.AdamW(model.parameters(), 3e-3), list[float]()
    while not losses or losses[-1] > losses[0] / 10:
        assert len(losses) < 500, losses
        loss = Objective(0.0, Decoding(), SHAPE[1])(model, batch)
        losses.append(float(loss.total.detach() / loss.weight))
        optimizer.zero_grad()
        (loss.total / loss.weight).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def make_batch(count: int) -> Batch:
    """Return windows that all begin otherwise, so that each token follows from those before."""
    tokens: Tensor = torch.cat([torch.arange(count)[:, None], make_inputs(count)], 1)
    return Batch(tokens, torch.full((count,), SHAPE[1]), torch.arange(count))
