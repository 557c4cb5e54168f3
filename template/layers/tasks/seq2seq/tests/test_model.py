"""The model: shapes, gradients, its own methods, how it writes, and that it can learn."""

from typing import Any

import pytest
import torch
from built import MODELS, QUICK
from samples import SHAPE, make_info, make_inputs, make_pair, make_tokenizer
from torch import Tensor, nn

from pkg.batch import Batch
from pkg.data.ragged import Ragged
from pkg.engine.errors import UserError
from pkg.models.model import build_model
from pkg.models.settings import ModelSettings, without_weights
from pkg.references import pack
from pkg.task.counts import TOKENS, metrics_of
from pkg.task.objective import build_objective
from pkg.task.settings import TaskSettings

EVERY = pytest.mark.parametrize("name", MODELS)
END = 5
SEARCHES: dict[str, dict[str, Any]] = {
    "greedy": {},
    "beam": {"num_beams": 3, "length_penalty": 0.5},
    "sampled": {"temperature": 0.8, "top_k": 20},
}


def build(name: str, **settings: Any) -> Any:
    """Build a model, untrained, with weights that no zero hides; without dropout."""
    torch.manual_seed(0)
    model = build_model(SHAPE, 1, **{**MODELS[name], "dropout": 0.0, **settings})
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.1 * torch.randn_like(weight))
    return model


def make_targets(count: int) -> Tensor:
    """Return targets, int64 [count, T], of several lengths."""
    return make_inputs(count).roll(1, 0)


def make_batch(count: int) -> Batch:
    """Return the first pairs as a batch."""
    tokenizer = make_tokenizer()
    sources, targets = map(list, zip(*map(make_pair, range(count)), strict=True))
    ids, right = torch.arange(count), [pack([text]) for text in targets]
    inputs, labels = Ragged.of(tokenizer.encode(sources)), Ragged.of(tokenizer.encode(targets))
    return Batch(inputs.padded(ids), labels.padded(ids), Ragged.of(right).padded(ids), ids)


@EVERY
def test_logits_have_a_row_for_each_token(name: str) -> None:
    model, sources, targets = build(name).eval(), make_inputs(3), make_targets(3)
    with torch.inference_mode():
        logits = model(sources, targets)
        shorter = model(sources[2:, : int((sources[2] >= 0).sum())], targets[2:])
    assert logits.shape == (3, targets.shape[1], SHAPE[0])
    assert logits.dtype == torch.float32
    torch.testing.assert_close(shorter, logits[2:], rtol=1e-3, atol=1e-4)  # padding is not seen


@EVERY
def test_a_token_is_made_of_those_before_it_alone(name: str) -> None:
    model, sources, targets = build(name).eval(), make_inputs(2), make_targets(2)
    changed = targets.clone()
    changed[:, 3] = (changed[:, 3] + 7) % SHAPE[0]
    with torch.inference_mode():
        before, after = model(sources, targets), model(sources, changed)
        start = model(sources)
    torch.testing.assert_close(before[:, :4], after[:, :4])
    assert not torch.allclose(before[:, 4], after[:, 4], atol=1e-3)
    torch.testing.assert_close(start, before[:, :1], rtol=1e-4, atol=1e-5)


@EVERY
@pytest.mark.parametrize("search", SEARCHES)
def test_a_cache_changes_no_token(name: str, search: str) -> None:
    model, sources, found = build(name).eval(), make_inputs(4), list[Tensor]()
    for use_cache in (True, False):
        torch.manual_seed(1)
        options = SEARCHES[search] | {"use_cache": use_cache}
        found.append(model.generate(sources, SHAPE[1], END, **options))
    assert found[0].equal(found[1])
    assert len(found[0].unique()) > 1


@EVERY
def test_greedy_takes_the_most_probable_token_each_time(name: str) -> None:
    model, sources = build(name).eval(), make_inputs(4)
    found = model.generate(sources, SHAPE[1], END)
    tokens = torch.zeros(4, 0, dtype=torch.int64)
    for _ in range(found.shape[1]):
        with torch.inference_mode():
            logits = model(sources, torch.cat([tokens, torch.zeros(4, 1).long()], 1))
        tokens = torch.cat([tokens, logits[:, -1].argmax(1, keepdim=True)], 1)
    ended = (tokens == END).cumsum(1) - (tokens == END).long()
    assert found.equal(tokens.masked_fill(ended > 0, -1))


@EVERY
def test_texts_do_not_depend_on_their_batch(name: str) -> None:
    model, sources = build(name).eval(), make_inputs(3)
    together = model.generate(sources, SHAPE[1], END)
    for i, source in enumerate(sources):
        [alone] = model.generate(source[None, source >= 0], SHAPE[1], END)
        assert alone[alone >= 0].equal(together[i][together[i] >= 0])


@EVERY
def test_an_end_token_ends_a_text(name: str) -> None:
    model, sources = build(name).eval(), make_inputs(4)
    first = int(model.generate(sources, 2, END)[0, 1])  # make that the end
    found = model.generate(sources, SHAPE[1], first)
    assert found[0].tolist().index(first) <= 1
    assert (found[0, found[0].tolist().index(first) + 1 :] == -1).all()


@EVERY
def test_gradients_reach_every_weight(name: str) -> None:
    model = build(name).train()
    model(make_inputs(4), make_targets(4)).square().sum().backward()
    for weight_name, weight in model.named_parameters():
        assert weight.requires_grad, weight_name
        assert weight.grad.isfinite().all(), weight_name
        assert weight.grad.abs().sum() > 0, weight_name


@EVERY
def test_freezing_is_for_the_encoder_alone(name: str) -> None:
    model = build(name)
    decoder = {id(weight) for weight in model.network.get_decoder().parameters()}
    shared = [weight for weight in model.backbone.parameters() if id(weight) in decoder]
    assert model.get_num_parameters() == sum(weight.numel() for weight in model.parameters())
    model.freeze_backbone()
    model.train()
    assert not model.backbone.training
    frozen = [weight for weight in model.parameters() if not weight.requires_grad]
    assert len(frozen) == len([*model.backbone.parameters()]) - len(shared) > 0
    assert all(weight.requires_grad for weight in shared)
    model.unfreeze_backbone()
    assert all(weight.requires_grad for weight in model.parameters())
    assert model.backbone.training


@EVERY
def test_a_batch_in_parts_has_the_loss_of_the_whole(name: str) -> None:
    model, batch = build(name).train(), make_batch(7)
    objective = build_objective(TaskSettings(), make_info(["t"]), torch.device("cpu"))
    sums = []
    for parts in ([(0, 7)], [(0, 1), (1, 4), (4, 7)]):
        model.zero_grad()
        losses = [objective(model, batch.cut(*ends)) for ends in parts]
        total = torch.stack([loss.total for loss in losses]).sum()
        weight = sum(float(loss.weight) for loss in losses)
        (total / weight).backward()
        sums.append((total.detach() / weight, [weight.grad for weight in model.parameters()]))
    torch.testing.assert_close(sums[1][0], sums[0][0], rtol=1e-6, atol=0)
    torch.testing.assert_close(sums[1][1], sums[0][1], rtol=1e-4, atol=1e-6)


@EVERY
def test_longer_texts_than_there_are_positions_for_are_refused(name: str) -> None:
    with pytest.raises(UserError, match=r"task\.max_new_tokens: the model writes \d+ tokens"):
        build(name).generate(make_inputs(1), 1000, END)


def test_settings_without_weights_are_of_the_same_model() -> None:
    settings = ModelSettings(dropout=0.5)
    assert without_weights(settings) == settings


@pytest.mark.parametrize("name", QUICK)
def test_one_batch_is_learnt_by_heart(name: str) -> None:
    torch.manual_seed(0)
    model, batch = build_model(SHAPE, 1, **MODELS[name] | {"dropout": 0.0}), make_batch(8)
    objective = build_objective(TaskSettings(), make_info(["t"]), torch.device("cpu"))
    optimizer, exact = torch.optim.AdamW(model.parameters(), 3e-3), 0.0
    for _ in range(40):
        for _ in range(10):
            loss = objective(model.train(), batch)
            optimizer.zero_grad()
            (loss.total / loss.weight).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        counts = objective.count(objective.predict(model.eval(), batch), batch.targets).sum(0)
        exact = metrics_of([0] * len(TOKENS) + counts.tolist())["exact_match"]
        if exact >= 0.9:
            return
    raise AssertionError(exact)
