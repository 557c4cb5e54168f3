"""A language model of transformers, such as GPT-2 (Radford et al., 2019).

Shapes: B texts, T tokens of a text, P tokens of the longest prompt, N new ones, V tokens of the
vocabulary. A token of -1 is beyond the end of its text.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModelForCausalLM

from .causal import PUBLISHED, check, configure, make_mask
from .decoding import Decoding
from .library_generation import continue_texts
from .published import (
    build_network,
    compute_twice,
    find_config,
    refuse,
    set_dropout,
)


class LanguageModel(nn.Module):
    """A network of the library; often the embedding of the tokens is its head, too."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network
        self.trained = [name for name, x in network.named_parameters() if x.requires_grad]

    @property
    def backbone(self) -> nn.Module:
        """All but the head, unless that is the embedding."""
        part: nn.Module = self.network.base_model
        return part

    @property
    def head(self) -> nn.Module:
        """What turns features into logits."""
        part: nn.Module = self.network.get_output_embeddings()
        return part

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens [B, T] to logits [B, T, V] of the next ones."""
        options: dict[str, Any] = {"use_cache": False}
        if self.network.config._attn_implementation == "sdpa":  # others see to the order themselves
            places = torch.arange(tokens.shape[1], device=tokens.device)[None]  # [1, T]
            mask = make_mask(self.network.config, places)
            options |= {"attention_mask": mask, "position_ids": places}
        logits: Tensor = self.network(tokens.clamp(min=0), **options).logits
        return logits

    def generate(self, tokens: Tensor, decoding: Decoding, ids: Tensor) -> Tensor:
        """Continue texts.

        Args:
            tokens: Of each text, int64 [B, T], -1 beyond its end; there is one at least.
            decoding: How the next token is chosen.
            ids: Numbers of the texts, int64 [B]: what is drawn for one depends on no other.

        Returns:
            The new tokens, int64 [B, N], -1 after the end of a text.

        Raises:
            UserError: there is no room for so many new tokens.
        """
        return continue_texts(self.network, tokens, decoding, ids)

    def get_num_parameters(self) -> int:
        """Count the weights; those that are tied count once."""
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        """Train the head alone, on features that stay as they are."""
        self.network.requires_grad_(False)
        self.head.requires_grad_(True)

    def unfreeze_backbone(self) -> None:
        """Train every weight that was to be trained at first."""
        weights: dict[str, Any] = dict(self.network.named_parameters())
        self.network.requires_grad_(False)
        for name in self.trained:
            weights[name].requires_grad_(True)


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
) -> LanguageModel:
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
    network = build_network(AutoModelForCausalLM, config, rows, backbone, pretrained, weights_path)
    if gradient_checkpointing:
        compute_twice(network)
    #: if lora
    if lora_rank:
        from .adapters import add_adapters

        network.requires_grad_(False)  # the head, too
        add_adapters(network.base_model, lora_rank)
    #: endif
    return LanguageModel(network).train()
