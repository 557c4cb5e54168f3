"""Encoder-decoders of transformers by name: as they are published, from a folder, and refused."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from pairs import PAIRS
from torch.utils._python_dispatch import TorchDispatchMode

os.environ["HF_HUB_OFFLINE"] = "1"
import transformers

Model = PAIRS.load("models.model")
UserError = PAIRS.UserError
WIDTHS: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "max_position_embeddings": 40,
    "bos_token_id": 0,
    "pad_token_id": 1,
    "eos_token_id": 2,
}
T5: dict[str, Any] = {"d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 2, "num_heads": 2}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "t5": ("t5", T5 | {"decoder_start_token_id": 0}),
    "flan": ("t5", T5 | {"decoder_start_token_id": 0, "tie_word_embeddings": False}),
    "bart": ("bart", WIDTHS | {"decoder_start_token_id": 2}),
    "marian": ("marian", WIDTHS | {"decoder_start_token_id": 1}),
}
SHAPE = [128, 20]
VOCABULARY, END = 120, 5


def save(kind: str, folder: Path) -> Any:
    """Write a network as its makers do, and return it."""
    torch.manual_seed(0)
    name, values = KINDS[kind]
    config = transformers.AutoConfig.for_model(name, vocab_size=VOCABULARY, **values)
    network = transformers.AutoModelForSeq2SeqLM.from_config(config)
    if kind == "flan":  # the library ties it
        network.lm_head.weight = torch.nn.Parameter(network.lm_head.weight.detach().clone())
    with torch.no_grad():
        for weight_name, weight in network.named_parameters():
            if "positions" not in weight_name:  # which some compute
                weight.add_(0.2 * torch.randn_like(weight))
    network.save_pretrained(folder)
    return network.eval()


def make_pairs() -> tuple[torch.Tensor, torch.Tensor]:
    """Return sources [3, 9] and targets [3, 6] with padding."""
    generator = torch.Generator().manual_seed(3)
    sources = torch.randint(6, VOCABULARY, (3, 9), generator=generator)
    targets = torch.randint(6, VOCABULARY, (3, 6), generator=generator)
    sources[0, 5:] = sources[2, 7:] = targets[1, 4:] = -1
    return sources, targets


@pytest.mark.parametrize("kind", KINDS)
def test_a_published_network_is_the_library_s_own(tmp_path: Path, kind: str) -> None:
    network, (sources, targets) = save(kind, tmp_path), make_pairs()
    model = Model.build_model(SHAPE, 1, backbone=str(tmp_path), pretrained=True).eval()
    start = torch.full((3, 1), network.config.decoder_start_token_id)
    mask = (sources >= 0).long()
    with torch.inference_mode():
        found = model(sources, targets)
        expected = network(
            input_ids=sources.clamp(min=0),
            attention_mask=mask,
            decoder_input_ids=torch.cat([start, targets[:, :-1].clamp(min=0)], 1),
        ).logits
    there = targets >= 0
    torch.testing.assert_close(found[there][:, :VOCABULARY], expected[there], atol=1e-4, rtol=1e-4)
    assert found.shape == (3, 6, 128)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("beams", [1, 3])
def test_texts_are_those_that_the_library_generates(tmp_path: Path, kind: str, beams: int) -> None:
    start = save(kind, tmp_path).config.decoder_start_token_id
    model = Model.build_model(SHAPE, 1, backbone=str(tmp_path), pretrained=True).eval()
    sources, _ = make_pairs()
    found = model.generate(sources, 12, END, num_beams=beams)
    for i, source in enumerate(sources):
        options = {"num_beams": beams, "max_new_tokens": 12, "do_sample": False, "use_cache": False}
        ids = {"decoder_start_token_id": start, "eos_token_id": END, "pad_token_id": END}
        expected = model.network.generate(source[None, source >= 0], **ids, **options)
        texts = [
            row[: row.index(END) + 1] if END in row else row for row in expected[:, 1:].tolist()
        ]
        assert found[i][found[i] >= 0].tolist() == texts[0]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_saved_is_found_by_the_library(tmp_path: Path, kind: str) -> None:
    save(kind, tmp_path / "first")
    model = Model.build_model(SHAPE, 1, backbone=str(tmp_path / "first"), pretrained=True).eval()
    model.network.save_pretrained(tmp_path / "second")
    again = Model.build_model(SHAPE, 1, backbone=str(tmp_path / "second"), pretrained=True).eval()
    sources, targets = make_pairs()
    with torch.inference_mode():
        torch.testing.assert_close(again(sources, targets), model(sources, targets))
    network = transformers.AutoModelForSeq2SeqLM.from_pretrained(tmp_path / "second").eval()
    mask, start = (sources >= 0).long(), torch.full((3, 1), network.config.decoder_start_token_id)
    with torch.inference_mode():
        expected = network(sources.clamp(min=0), mask, decoder_input_ids=start).logits
        torch.testing.assert_close(model(sources), expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_a_checkpoint_alone_rebuilds_the_network(tmp_path: Path, kind: str) -> None:
    save(kind, tmp_path)
    options: dict[str, Any] = {"backbone": str(tmp_path)}
    model = Model.build_model(SHAPE, 1, pretrained=True, **options).eval()
    again = Model.build_model(SHAPE, 1, **options).eval()
    again.load_state_dict(model.state_dict())
    sources, targets = make_pairs()
    with torch.inference_mode():
        torch.testing.assert_close(again(sources, targets), model(sources, targets))


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_reach_every_weight_that_learns(tmp_path: Path, kind: str) -> None:
    save(kind, tmp_path)
    model = Model.build_model(SHAPE, 1, backbone=str(tmp_path), pretrained=True, dropout=0.0)
    model(*make_pairs()).square().sum().backward()
    weights = {name: x for name, x in model.named_parameters() if x.requires_grad}
    assert all(x.grad is not None and x.grad.abs().sum() > 0 for x in weights.values())


def test_habits_of_a_published_network_are_left_behind(tmp_path: Path) -> None:
    network = save("bart", tmp_path)
    network.generation_config.min_length, network.generation_config.num_beams = 9, 4
    network.save_pretrained(tmp_path)
    model = Model.build_model(SHAPE, 1, backbone=str(tmp_path), pretrained=True)
    assert model.network.generation_config.min_length in (None, 0)


@pytest.mark.parametrize("name", Model.PUBLISHED)
def test_published_names_are_known_without_the_hub(name: str) -> None:
    config = PAIRS.load("models.published").find_config(name, Model.PUBLISHED)
    with torch.device("meta"):
        heads = PAIRS.load("models.own_heads")
        own = heads.OwnHead if heads.has_own_head(config) else transformers.AutoModelForSeq2SeqLM
        network = own.from_config(config)
    count = sum(weight.numel() for weight in network.parameters())
    sizes = {"t5-small": 60.5, "t5-base": 222.9, "google/flan-t5-small": 77.0}
    assert count / 1e6 == pytest.approx((sizes | {"facebook/bart-base": 139.4})[name], abs=0.1)
    assert config.decoder_start_token_id is not None


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"backbone": "bart", "hidden_dim": 32}, r"model\.hidden_dim: .* has its own"),
        ({"backbone": "nobody/nothing"}, r"model\.backbone: no nobody/nothing"),
        ({"backbone": "bert"}, r"model\.backbone: .* is bert, which is no encoder-decoder"),
    ],
)
def test_what_cannot_be_built_is_refused(
    tmp_path: Path, settings: dict[str, Any], message: str
) -> None:
    save("bart", tmp_path / "bart")
    transformers.BertConfig(num_hidden_layers=1).save_pretrained(tmp_path / "bert")
    name = settings["backbone"]
    place = tmp_path / name
    with pytest.raises(UserError, match=message):
        Model.build_model(
            SHAPE, 1, **settings | {"backbone": str(place) if place.exists() else name}
        )


def test_longer_texts_than_a_network_takes_are_refused(tmp_path: Path) -> None:
    save("bart", tmp_path)
    with pytest.raises(UserError, match=r"data\.max_length, .* takes 40 tokens at most, not 99"):
        Model.build_model([128, 99], 1, backbone=str(tmp_path))
    save("t5", tmp_path / "t5")
    Model.build_model([128, 99], 1, backbone=str(tmp_path / "t5"))


def test_checkpointing_changes_no_gradient() -> None:
    sources, targets = make_pairs()
    gradients = []
    for wanted in (False, True):
        torch.manual_seed(0)
        options = {"hidden_dim": 32, "dropout": 0.0, "gradient_checkpointing": wanted}
        model = Model.build_model(SHAPE, 1, **options)
        model(sources, targets).square().sum().backward()
        gradients.append([weight.grad for weight in model.parameters()])
    torch.testing.assert_close(*gradients)


def test_adapters_train_in_the_place_of_the_network() -> None:
    sources, targets = make_pairs()
    model = Model.build_model(SHAPE, 1, hidden_dim=32, dropout=0.0, lora_rank=4)
    names = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert names
    assert all("lora" in name for name in names)
    model(sources, targets).square().sum().backward()
    assert all((w.grad is not None) == (name in names) for name, w in model.named_parameters())
    model.freeze_backbone()
    frozen = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert frozen == {name for name in names if ".encoder." not in name}
    model.unfreeze_backbone()
    assert names == {name for name, weight in model.named_parameters() if weight.requires_grad}


class Reads(TorchDispatchMode):
    """Notes operations for which a GPU would be waited for."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.found = list[str]()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.overloadpacket.__name__ in ("_local_scalar_dense", "nonzero", "is_nonzero"):
            self.found.append(str(func))
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_a_step_reads_nothing_off_the_device(tmp_path: Path, kind: str | None) -> None:
    options: dict[str, Any] = {"hidden_dim": 32}
    if kind:
        save(kind, tmp_path)
        options = {"backbone": str(tmp_path), "pretrained": True}
    model = Model.build_model(SHAPE, 1, **options).train()
    sources, targets = make_pairs()
    with Reads() as reads:
        model(sources, targets).square().sum().backward()
    assert reads.found == []
    with Reads() as reads:
        model.generate(sources, 3, END)
    assert reads.found  # which has to see where texts end


@pytest.mark.parametrize("kind", KINDS)
def test_masks_serve_any_attention(tmp_path: Path, kind: str) -> None:
    save(kind, tmp_path)
    model = Model.build_model(SHAPE, 1, backbone=str(tmp_path), pretrained=True).eval()
    with torch.inference_mode():
        fused = model(*make_pairs())
        model.network.set_attn_implementation("eager")
        torch.testing.assert_close(model(*make_pairs()), fused, atol=1e-4, rtol=1e-4)
