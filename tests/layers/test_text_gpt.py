"""Our own gpt: it does not look ahead, and goes on with a text as one that keeps no cache."""

from itertools import product
from typing import Any

import pytest
import torch
from stacks import stack
from torch import Tensor

LAYERS = (
    "base",
    "engine",
    "engine/draws",
    "models/gpt",
    "models/gpt/decoding",
    "models/gpt/language_model",
)
MODELS = stack(*LAYERS)
EITHER = pytest.mark.parametrize("positions", ["rope", "learned"])
VOCABULARY, LENGTH = 13, 10


def build(positions: str, vocabulary: int = VOCABULARY, **settings: Any) -> Any:
    """Build a small model whose answers are far apart."""
    torch.manual_seed(0)
    build_model = MODELS.load("models.model").build_model
    small = {"num_layers": 2, "hidden_dim": 16, "num_heads": 2, "dropout": 0.1}
    model = build_model([vocabulary, LENGTH], 1, positions=positions, **small | settings)
    with torch.no_grad():
        for weight in model.backbone.blocks.parameters():
            weight.add_(torch.randn_like(weight))
    return model.eval()


def decoding(**settings: Any) -> Any:
    return MODELS.load("models.decoding").Decoding(**settings)


def make_prompts() -> Tensor:
    """Return prompts of 4, 1, 7 and 10 tokens."""
    tokens = torch.randint(VOCABULARY, (4, 10), generator=torch.Generator().manual_seed(1))
    lengths = torch.tensor([4, 1, 7, 10])
    return tokens.where(torch.arange(10) < lengths[:, None], -1)


def go_on_plainly(model: Any, prompt: list[int], how: Any, number: int) -> list[int]:
    """Continue one text, and look at all of it again for each token."""
    choose = MODELS.load("models.decoding").choose
    new, seen, ids = list[int](), prompt[-LENGTH:], torch.tensor([number])
    while len(new) < how.max_new_tokens and (not new or new[-1] != how.end):
        logits = model(torch.tensor([seen]))[:, -1]
        new.append(int(choose(logits, how, len(new), ids)))
        seen = [*seen, new[-1]]
        if len(seen) > LENGTH:
            seen = seen[-(LENGTH // 2) :]
    return new


@EITHER
def test_no_token_sees_a_later_one_or_another_text(positions: str) -> None:
    model, tokens = build(positions), make_prompts()
    with torch.inference_mode():
        logits = model(tokens)
        alone = model(tokens[:1, :4])
        changed = model(torch.where(torch.arange(10) == 6, 5, tokens.clamp(min=0)))
    assert logits.shape == (4, 10, VOCABULARY)
    torch.testing.assert_close(logits[:1, :4], alone)
    torch.testing.assert_close(logits[2:, :6], changed[2:, :6])
    assert not torch.allclose(logits[2:, 6], changed[2:, 6])


@EITHER
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_cache_changes_no_token(positions: str, temperature: float) -> None:
    model, prompts = build(positions), make_prompts()
    how = decoding(max_new_tokens=25, temperature=temperature, top_k=9, top_p=0.9, end=3, seed=5)
    ids = torch.tensor([7, 8, 9, 4])
    found = model.generate(prompts, how, ids)
    expected = [
        go_on_plainly(model, [x for x in row if x >= 0], how, number)
        for row, number in zip(prompts.tolist(), ids.tolist(), strict=True)
    ]
    assert [[x for x in row if x >= 0] for row in found.tolist()] == expected
    assert len({*map(tuple, expected)}) >= (4 if temperature else 2)  # rows could be mixed up
    assert any(len(row) < 25 for row in expected) or temperature == 0


def test_draws_belong_to_a_text_and_a_seed() -> None:
    model, prompts, ids = build("rope"), make_prompts(), torch.arange(4)
    how = decoding(max_new_tokens=12, temperature=1.5)
    together = model.generate(prompts, how, ids)
    alone = torch.cat([model.generate(prompts[i : i + 1], how, ids[i : i + 1]) for i in (2, 0)])
    assert alone.equal(together[[2, 0]])
    other = model.generate(prompts, decoding(max_new_tokens=12, temperature=1.5, seed=1), ids)
    assert not other.equal(together)
    same = prompts[:1].expand(4, -1)
    assert len({*map(tuple, model.generate(same, how, ids).tolist())}) == 4


def test_draws_follow_the_probabilities_of_the_tokens_that_are_kept() -> None:
    choose = MODELS.load("models.decoding").choose
    logits = torch.tensor([0.4, 0.3, 0.2, 0.06, 0.04]).log().expand(20_000, -1)
    ids = torch.arange(20_000)
    cases: list[tuple[dict[str, Any], list[float]]] = [
        ({}, [0.4, 0.3, 0.2, 0.06, 0.04]),
        ({"top_k": 2}, [4 / 7, 3 / 7, 0, 0, 0]),
        ({"top_p": 0.7}, [4 / 7, 3 / 7, 0, 0, 0]),
        ({"top_p": 0.71}, [4 / 9, 3 / 9, 2 / 9, 0, 0]),
        ({"top_p": 0.01}, [1.0, 0, 0, 0, 0]),
    ]
    for settings, expected in cases:
        chosen = choose(logits, decoding(temperature=1.0, **settings), 0, ids)
        found = chosen.bincount(minlength=5) / len(ids)
        torch.testing.assert_close(found, torch.tensor(expected), atol=0.015, rtol=0)
    cold = choose(logits, decoding(temperature=0.5), 0, ids).bincount(minlength=5) / len(ids)
    squares = torch.tensor([0.4, 0.3, 0.2, 0.06, 0.04]).square()
    torch.testing.assert_close(cold, squares / squares.sum(), atol=0.015, rtol=0)


def best_of_all(model: Any, prompt: list[int], count: int, end: int) -> tuple[int, ...]:
    """Return the continuation of the largest mean log-probability, of all that there are."""
    found = dict[tuple[int, ...], float]()
    for tokens in product(range(5), repeat=count):
        cut = tokens[: tokens.index(end) + 1] if end in tokens else tokens
        logits = model(torch.tensor([[*prompt, *cut]]))[0].log_softmax(-1)
        each = [float(logits[len(prompt) - 1 + i, token]) for i, token in enumerate(cut)]
        found[cut] = sum(each) / len(each)
    return max(found, key=found.__getitem__)


def test_beams_find_the_most_probable_text() -> None:
    model = build("learned", vocabulary=5)
    prompts = torch.tensor([[1, 2, 3], [4, -1, -1], [2, 2, -1]])
    for end in (0, 4):
        how = decoding(max_new_tokens=3, num_beams=125, end=end)
        found = model.generate(prompts, how, torch.arange(3))
        with torch.inference_mode():
            expected = [
                best_of_all(model, [x for x in row if x >= 0], 3, end) for row in prompts.tolist()
            ]
        assert [tuple(x for x in row if x >= 0) for row in found.tolist()] == expected


@EITHER
def test_beams_alone_are_those_of_a_batch(positions: str) -> None:
    model, prompts, ids = build(positions), make_prompts(), torch.arange(4)
    how = decoding(max_new_tokens=15, num_beams=3, end=3)
    together = model.generate(prompts, how, ids).tolist()
    for i in range(4):
        alone = model.generate(prompts[i : i + 1], how, ids[i : i + 1]).tolist()[0]
        assert [x for x in alone if x >= 0] == [x for x in together[i] if x >= 0]


def test_an_activation_is_what_it_is_called() -> None:
    for name in ("relu", "gelu", "silu", "tanh"):
        found = build("rope", activation=name).backbone.blocks[0].activation
        kind = {"relu": "ReLU", "gelu": "GELU", "silu": "SiLU", "tanh": "Tanh"}[name]
        assert type(found).__name__ == kind
