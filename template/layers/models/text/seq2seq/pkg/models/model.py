"""The model: an encoder-decoder such as T5 (Raffel et al., 2020), as transformers builds it."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn
from transformers import AutoModelForSeq2SeqLM, MBartConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING

from ..engine.errors import UserError
from .own_heads import OwnHead, has_own_head
from .published import build_network, compute_twice, find_config, refuse, set_dropout
from .text_to_text import TextToText

T5 = {"decoder_start_token_id": 0, "pad_token_id": 0, "eos_token_id": 1}
PUBLISHED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "t5-small": ("t5", T5),
    "t5-base": (
        "t5",
        {**T5, "d_model": 768, "d_ff": 3072, "num_layers": 12, "num_heads": 12},
    ),
    "google/flan-t5-small": (
        "t5",
        {
            **T5,
            "d_ff": 1024,
            "num_layers": 8,
            "num_heads": 6,
            "feed_forward_proj": "gated-gelu",
            "tie_word_embeddings": False,
        },
    ),
    "facebook/bart-base": (
        "bart",
        {
            "d_model": 768,
            "encoder_layers": 6,
            "decoder_layers": 6,
            "encoder_attention_heads": 12,
            "decoder_attention_heads": 12,
            "encoder_ffn_dim": 3072,
            "decoder_ffn_dim": 3072,
        },
    ),
}


def build_model(
    input_shape: Sequence[int],
    num_outputs: int,
    *,
    backbone: str | None = None,
    pretrained: bool = False,
    weights_path: str | None = None,
    hidden_dim: int | None = None,
    num_layers: int | None = None,
    dropout: float | None = None,
    activation: str | None = None,
    gradient_checkpointing: bool = False,
    #: if lora
    lora_rank: int = 0,
    #: endif
) -> TextToText:
    """Make the model for `input_shape`, [vocabulary, most tokens]; settings as in ModelSettings.

    Raises:
        UserError: the settings do not go together, or weights are missing.
    """
    rows, longest = input_shape
    if backbone:
        refuse(backbone, hidden_dim=hidden_dim, num_layers=num_layers, activation=activation)
        config = check(find_config(backbone, PUBLISHED), backbone, longest)
    else:
        config = configure(longest, hidden_dim or 128, num_layers or 2, activation or "gelu")
    set_dropout(config, dropout)
    auto = OwnHead if has_own_head(config) else AutoModelForSeq2SeqLM
    network = build_network(auto, config, rows, backbone, pretrained, weights_path)
    fix_positions(network)
    if gradient_checkpointing:
        compute_twice(network)
    #: if lora
    if lora_rank:
        from .adapters import add_adapters

        add_adapters(network, lora_rank)
    #: endif
    return TextToText(network).train()


def configure(longest: int, width: int, num_layers: int, activation: str) -> MBartConfig:
    """Return a small network; its vocabulary is yet to be set.

    It is mBART's, with norms before each part and learnt positions. From scratch it is far ahead
    of T5's after as many updates, if initial weights are large enough for their number.
    """
    heads = width // (32 if width % 64 else 64)
    return MBartConfig(
        d_model=width,
        encoder_layers=num_layers,
        decoder_layers=num_layers,
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        max_position_embeddings=longest,
        activation_function=activation,
        init_std=0.7 * width**-0.5,
        dropout=0.1,
        attention_dropout=0.1,
        decoder_start_token_id=0,  # which no text holds: tokenizers begin with special tokens
    )


def check(config: Any, name: str, longest: int) -> Any:
    """Return the configuration of an encoder-decoder for texts of so many tokens.

    Raises:
        UserError: it is none, or for shorter texts.
    """
    if type(config) not in MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING:
        problem = f"{name} is {config.model_type}, which is no encoder-decoder"
        raise UserError(f"model.backbone: {problem}: name one such as {next(iter(PUBLISHED))}")
    most = getattr(config, "max_position_embeddings", longest)
    if longest > most:
        problem = f"{name} takes {most} tokens at most, not {longest}"
        raise UserError(f"data.max_length, data.max_target_length: {problem}")
    if config.decoder_start_token_id is None:
        config.decoder_start_token_id = config.pad_token_id
    return config


def fix_positions(network: nn.Module) -> None:
    """Let positions that are computed, and not learnt, have no gradient."""
    for module in network.modules():
        if isinstance(module, nn.Embedding) and "Sinusoidal" in type(module).__name__:
            module.requires_grad_(False)
