"""The model: a decoder of transformers such as GPT-2 (Radford et al., 2019), and a linear head.

Shapes: B texts of T tokens, D features.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModel

from .causal import PUBLISHED, check, configure, make_mask
from .published import (
    build_network,
    compute_twice,
    find_config,
    refuse,
    set_dropout,
)
from .text_model import TextModel


class Decoder(nn.Module):
    """A network of the library, in which each token sees itself and those before it."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, tokens: Tensor, there: Tensor) -> Tensor:
        """Return states [B, T, D] of tokens [B, T].

        Those that are not `there` come last, so that no other sees them.
        """
        if self.network.config._attn_implementation != "sdpa":  # it sees to the order itself
            plain: Tensor = self.network(tokens).last_hidden_state
            return plain
        places = torch.arange(tokens.shape[1], device=tokens.device)[None]  # [1, T]
        mask = make_mask(self.network.config, places)
        output = self.network(tokens, attention_mask=mask, position_ids=places)
        states: Tensor = output.last_hidden_state
        return states


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
    if gradient_checkpointing:
        compute_twice(network)
    body = Decoder(network)
    #: if lora
    if lora_rank:
        from .adapters import add_adapters

        add_adapters(body, lora_rank)
    #: endif
    return TextModel(
        body, config.hidden_size, num_outputs, 0.1 if dropout is None else dropout
    ).train()
