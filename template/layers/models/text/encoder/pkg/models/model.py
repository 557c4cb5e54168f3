"""The model: an encoder of transformers such as BERT (Devlin et al., 2018), and a linear head.

Shapes: B texts of T tokens, D features.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModel, BertConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING

from ..engine.errors import UserError
from .published import (
    build_network,
    compute_twice,
    find_config,
    refuse,
    set_dropout,
)
from .text_model import TextModel

LIKE_ROBERTA = {"max_position_embeddings": 514, "type_vocab_size": 1, "layer_norm_eps": 1e-5}
LARGE = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16}
PUBLISHED: dict[str, tuple[str, dict[str, Any]]] = {
    "bert-base-uncased": ("bert", {}),
    "bert-base-cased": ("bert", {"vocab_size": 28996}),
    "bert-base-multilingual-cased": ("bert", {"vocab_size": 119547}),
    "distilbert-base-uncased": ("distilbert", {}),
    "roberta-base": ("roberta", {"vocab_size": 50265, **LIKE_ROBERTA}),
    "roberta-large": (
        "roberta",
        {"vocab_size": 50265, "intermediate_size": 4096, **LIKE_ROBERTA, **LARGE},
    ),
    "xlm-roberta-base": ("xlm-roberta", {"vocab_size": 250002, **LIKE_ROBERTA}),
    "answerdotai/ModernBERT-base": ("modernbert", {}),
    "answerdotai/ModernBERT-large": (
        "modernbert",
        {**LARGE, "num_hidden_layers": 28, "intermediate_size": 2624},
    ),
    "sentence-transformers/all-MiniLM-L6-v2": (
        "bert",
        {"hidden_size": 384, "num_hidden_layers": 6, "intermediate_size": 1536},
    ),
}


class Encoder(nn.Module):
    """A network of the library, in which each token sees all others of its text."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, tokens: Tensor, there: Tensor) -> Tensor:
        """Return states [B, T, D] of tokens [B, T]; those that are not `there` are not seen."""
        states: Tensor = self.network(tokens, attention_mask=self.mask(there)).last_hidden_state
        return states

    def mask(self, there: Tensor) -> Tensor | dict[str, Tensor]:
        """Return which tokens see which, bool [B, 1, T, T], ready made.

        The library's own way looks at the values, for which a GPU waits. Some networks have layers
        in which a token sees its neighbours alone; those with an attention of their own get what
        they turn into a mask themselves, int64 [B, T].
        """
        config = self.network.config
        places = torch.arange(there.shape[1], device=there.device)
        seen = there | (places == 0)  # attention to nothing would be nan
        if config._attn_implementation != "sdpa":
            return seen.long()
        full = seen[:, None, None].expand(-1, 1, len(places), -1)
        if "sliding_attention" not in (getattr(config, "layer_types", None) or ()):
            return full
        near = (places[:, None] - places).abs() <= config.sliding_window  # [T, T]
        return {"full_attention": full, "sliding_attention": full & near}


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
) -> TextModel:
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
    network = build_network(AutoModel, config, rows, backbone, pretrained, weights_path)
    if getattr(network, "pooler", None) is not None:
        network.pooler = None  # of the first token, which no loss would reach
    if gradient_checkpointing:
        compute_twice(network)
    body = Encoder(network)
    #: if lora
    if lora_rank:
        from .adapters import add_adapters

        add_adapters(body, lora_rank)
    #: endif
    return TextModel(
        body, config.hidden_size, num_outputs, 0.1 if dropout is None else dropout
    ).train()


def configure(longest: int, width: int, num_layers: int, activation: str) -> BertConfig:
    """Return a small BERT; its vocabulary is yet to be set."""
    return BertConfig(
        hidden_size=width,
        num_hidden_layers=num_layers,
        num_attention_heads=width // (32 if width % 64 else 64),
        intermediate_size=4 * width,
        hidden_act=activation,
        max_position_embeddings=longest,
        type_vocab_size=1,
        pad_token_id=None,
    )


def check(config: Any, name: str, longest: int) -> Any:
    """Return the configuration of an encoder that takes texts of `longest` tokens.

    Raises:
        UserError: it is of no encoder, or of one for shorter texts.
    """
    if type(config) not in MODEL_FOR_MASKED_LM_MAPPING or config.is_encoder_decoder:
        problem = f"{name} is {config.model_type}, which is no encoder"
        raise UserError(f"model.backbone: {problem}: name one such as {next(iter(PUBLISHED))}")
    most = getattr(config, "max_position_embeddings", longest)
    if config.model_type in ("roberta", "xlm-roberta", "camembert"):
        most -= config.pad_token_id + 1  # where their positions begin
    if longest > most:
        problem = f"{name} takes {most} tokens at most, not {longest}"
        raise UserError(f"data.max_length: {problem}")
    return config
