"""Language models of transformers: their own texts, weights from a folder, and their settings."""

from pathlib import Path
from typing import Any

import pytest
import torch
from stacks import stack
from torch import Tensor
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    BertConfig,
    GPT2Config,
    LlamaConfig,
    MistralConfig,
)

MODELS = stack(
    "base",
    "engine",
    "engine/draws",
    "models/gpt/decoding",
    "models/text/published",
    "models/text/lora",
    "models/gpt/causal",
    "models/gpt/published",
)
VOCABULARY, LENGTH = 64, 12
SMALL = {"num_layers": 2, "hidden_dim": 32, "dropout": 0.0}
TINY = {"vocab_size": VOCABULARY, "hidden_size": 32, "intermediate_size": 64}
TINY |= {"num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 2}
TINY |= {"max_position_embeddings": 64, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}


def build(**settings: Any) -> Any:
    torch.manual_seed(0)
    build_model = MODELS.load("models.model").build_model
    return shaken(build_model([VOCABULARY, LENGTH], 1, **settings)).eval()


def shaken(model: Any) -> Any:
    """Return a model whose answers are far apart."""
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.2 * torch.randn_like(weight))
    return model


def decoding(**settings: Any) -> Any:
    return MODELS.load("models.decoding").Decoding(**settings)


def make_prompts() -> Tensor:
    """Return prompts of 4, 1 and 6 tokens."""
    tokens = torch.randint(VOCABULARY, (3, 6), generator=torch.Generator().manual_seed(1))
    return tokens.where(torch.arange(6) < torch.tensor([[4], [1], [6]]), -1)


def save(folder: Path, config: Any) -> str:
    """Write a network with random weights as the library does; return the folder."""
    torch.manual_seed(1)
    network = AutoModelForCausalLM.from_config(config)
    network.save_pretrained(folder)
    return str(folder)


@pytest.fixture(params=["llama", "mistral", "gpt2"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return a folder with a network."""
    kinds: dict[str, Any] = {
        "llama": LlamaConfig(**TINY),
        "mistral": MistralConfig(**TINY, sliding_window=3),
        "gpt2": GPT2Config(
            vocab_size=VOCABULARY,
            n_positions=64,
            n_embd=32,
            n_layer=2,
            n_head=2,
            bos_token_id=1,
            eos_token_id=2,
        ),
    }
    return save(tmp_path / "network", kinds[request.param])


def test_a_network_says_what_the_library_s_own_call_says(folder: str) -> None:
    model = MODELS.load("models.model").build_model(
        [VOCABULARY, LENGTH], 1, backbone=folder, pretrained=True
    )
    tokens = make_prompts()
    with torch.inference_mode():
        logits = model.eval()(tokens)
        library = AutoModelForCausalLM.from_pretrained(folder).eval()
        for row, length in enumerate((4, 1, 6)):
            expected = library(tokens[row : row + 1, :length]).logits
            torch.testing.assert_close(
                logits[row : row + 1, :length], expected, rtol=1e-4, atol=1e-5
            )


def test_a_cache_and_a_batch_change_no_token(folder: str) -> None:
    model = MODELS.load("models.model").build_model(
        [VOCABULARY, LENGTH], 1, backbone=folder, pretrained=True
    )
    model, prompts, ids = shaken(model).eval(), make_prompts(), torch.tensor([5, 3, 8])
    choose = MODELS.load("models.decoding").choose
    for how in (
        decoding(max_new_tokens=9, end=2),
        decoding(max_new_tokens=9, end=2, temperature=1.0, top_k=30, top_p=0.9, seed=4),
    ):
        found = model.generate(prompts, how, ids).tolist()
        for row, number, got in zip(prompts.tolist(), ids.tolist(), found, strict=True):
            seen, new = [x for x in row if x >= 0], list[int]()
            with torch.inference_mode():
                while len(new) < 9 and (not new or new[-1] != 2):
                    logits = model(torch.tensor([[*seen, *new]]))[:, -1]
                    new.append(int(choose(logits, how, len(new), torch.tensor([number]))))
            assert [x for x in got if x >= 0] == new


def test_beams_of_the_library_are_no_worse_than_the_greedy_text() -> None:
    model, prompts = build(**SMALL), make_prompts()
    ids = torch.arange(3)
    greedy = model.generate(prompts, decoding(max_new_tokens=5), ids)
    beams = model.generate(prompts, decoding(max_new_tokens=5, num_beams=8), ids)
    for row, length in enumerate((4, 1, 6)):
        sums = []
        for new in (greedy, beams):
            whole = torch.cat([prompts[row, :length], new[row]])[None]
            with torch.inference_mode():
                logs = model(whole[:, :-1])[0, length - 1 :].log_softmax(-1)
            sums.append(float(logs.gather(1, new[row, :, None]).sum()))
        assert sums[1] >= sums[0] - 1e-4


def test_a_long_prompt_loses_its_beginning() -> None:
    model = build(**SMALL)
    tokens = torch.randint(VOCABULARY, (1, 30), generator=torch.Generator().manual_seed(2))
    how = decoding(max_new_tokens=5)
    found = model.generate(tokens, how, torch.arange(1))
    assert found.equal(model.generate(tokens[:, -(LENGTH - 5) :], how, torch.arange(1)))
    with pytest.raises(MODELS.UserError, match=r"task\.max_new_tokens: 12 tokens, .* takes 12"):
        model.generate(tokens, decoding(max_new_tokens=12), torch.arange(1))


def test_what_cannot_be_is_refused_by_its_setting(tmp_path: Path) -> None:
    build_model = MODELS.load("models.model").build_model
    BertConfig(num_hidden_layers=1).save_pretrained(tmp_path / "bert")
    with pytest.raises(MODELS.UserError, match=r"model\.backbone: .* is bert, which is no decoder"):
        build_model([VOCABULARY, LENGTH], 1, backbone=str(tmp_path / "bert"))
    with pytest.raises(MODELS.UserError, match=r"data\.max_length: gpt2 takes 1024 tokens at most"):
        build_model([VOCABULARY, 1025], 1, backbone="gpt2")
    with pytest.raises(MODELS.UserError, match=r"model\.num_layers: gpt2 has its own"):
        build_model([VOCABULARY, LENGTH], 1, backbone="gpt2", num_layers=2)


def test_adapters_are_what_is_trained() -> None:
    model = build(**SMALL, lora_rank=2)
    left = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert left
    assert all("lora" in name for name in left)
    model.freeze_backbone()
    model.unfreeze_backbone()
    assert {name for name, weight in model.named_parameters() if weight.requires_grad} == left


def test_layers_may_be_computed_twice() -> None:
    plain, twice = build(**SMALL).train(), build(**SMALL, gradient_checkpointing=True).train()
    gradients = []
    for model in (plain, twice):
        model(make_prompts()).square().sum().backward()
        gradients.append([weight.grad for weight in model.parameters()])
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other)


def test_a_saved_network_is_found_by_the_library(tmp_path: Path) -> None:
    model = build(**SMALL)
    model.network.save_pretrained(tmp_path / "saved")
    assert AutoConfig.from_pretrained(tmp_path / "saved").vocab_size == VOCABULARY
    again = AutoModelForCausalLM.from_pretrained(tmp_path / "saved").eval()
    tokens = make_prompts()[:1, :4]
    with torch.inference_mode():
        torch.testing.assert_close(model(tokens), again(tokens).logits, rtol=1e-4, atol=1e-5)
