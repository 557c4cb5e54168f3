"""The loss of a language model against values that were worked out by hand."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from samples import SHAPE, make_info
from small import SmallModel
from torch import Tensor, nn

from pkg.batch import Batch
from pkg.engine.errors import UserError
from pkg.models.decoding import Decoding
from pkg.task.objective import Objective, build_objective
from pkg.task.settings import TaskSettings
from pkg.task.targets import check_batch

# The probabilities that the model gives to the tokens 0, 1 and 2, after each of them.
AFTER = torch.tensor([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75], [0.2, 0.2, 0.6]])
BATCH = Batch(torch.tensor([[0, 1, 2, 2], [2, 0, -1, -1]]), torch.tensor([3, 5]), torch.arange(2))
PLAIN = Objective(0.0, Decoding(), 3)


class Known(nn.Module):
    """A model that knows the probabilities of what follows."""

    def forward(self, tokens: Tensor) -> Tensor:
        return (7 * AFTER).log()[tokens.clamp(min=0)]

    def generate(self, tokens: Tensor, decoding: Decoding, ids: Tensor) -> Tensor:
        return ids[:, None].expand(-1, decoding.max_new_tokens)


def test_each_token_counts_once() -> None:
    nats = -sum(map(math.log, (0.25, 0.75, 0.6, 0.2)))
    for model in (Known().train(), Known().eval()):
        loss = PLAIN(model, BATCH)
        assert float(loss.total) == pytest.approx(nats / 3)  # in units of three tokens
        assert float(loss.weight) == pytest.approx(4 / 3)
    judged = PLAIN.predict(Known().eval(), BATCH)
    expected = [[-math.log(0.25), -math.log(0.75), -math.log(0.6)], [-math.log(0.2), 0.0, 0.0]]
    torch.testing.assert_close(judged.losses, torch.tensor(expected))
    assert judged.hits.tolist() == [[0, 1, 1], [0, -1, -1]]


def test_parts_of_a_batch_add_up() -> None:
    whole = PLAIN(Known().train(), BATCH)
    parts = [PLAIN(Known().train(), BATCH.cut(k, k + 1)) for k in range(2)]
    assert float(sum(part.total for part in parts)) == pytest.approx(float(whole.total))
    assert float(sum(part.weight for part in parts)) == pytest.approx(float(whole.weight))


def test_z_loss_is_added_in_training_alone() -> None:
    objective = replace(PLAIN, z_loss=0.5)
    plain, loss = PLAIN(Known().train(), BATCH), objective(Known().train(), BATCH)
    squares = 4 * math.log(7) ** 2 / 3  # the logits of each token are the logs of sevenfold parts
    assert float(loss.terms["z_loss"]) == pytest.approx(squares)
    assert float(loss.terms["cross_entropy"]) == pytest.approx(float(plain.total))
    assert float(loss.total) == pytest.approx(float(plain.total) + 0.5 * squares)
    assert float(objective(Known().eval(), BATCH).total) == pytest.approx(float(plain.total))


def test_a_text_of_any_length_is_judged_and_continued() -> None:
    tokens = torch.tensor([[0, 1, 2, 2, 2, 0], [1, 2, -1, -1, -1, -1], [1] + [-1] * 5])
    batch = Batch(tokens, torch.tensor([5, 2, 0]), torch.tensor([4, 5, 6]))
    found = replace(PLAIN, decoding=Decoding(max_new_tokens=2)).respond(Known().eval(), batch)
    bits = -sum(map(math.log2, (0.25, 0.75, 0.6, 0.6, 0.2)))
    assert found.bits_per_byte.tolist() == pytest.approx([bits / 5, -math.log2(0.75) / 2, -1])
    assert found.tokens.tolist() == [[4, 4], [5, 5], [6, 6]]


def test_settings_say_how_texts_go_on() -> None:
    settings = TaskSettings(max_new_tokens=5, temperature=0.5, top_k=3, generation_seed=8)
    objective = build_objective(settings, make_info(["next token"]), torch.device("cpu"))
    decoding: Any = objective.decoding
    assert (decoding.max_new_tokens, decoding.temperature, decoding.top_k) == (5, 0.5, 3)
    assert (decoding.seed, decoding.end, objective.length) == (8, 1, SHAPE[1])
    model = SmallModel(SHAPE, 1).eval()
    tokens = torch.tensor([[1, 5, 9]])
    found = objective.respond(model, Batch(tokens, torch.tensor([2]), torch.tensor([0])))
    assert found.tokens.shape == (1, 5)


def test_windows_of_another_form_are_refused() -> None:
    check_batch(BATCH, 1)
    none = torch.full_like(BATCH.tokens, -1)
    for wrong in (BATCH.tokens.float(), BATCH.tokens[:, :1], BATCH.tokens[0], none):
        with pytest.raises(UserError, match=r"data\.dataset_path: "):
            check_batch(BATCH._replace(tokens=wrong), 1)
