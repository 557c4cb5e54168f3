"""The model: a compact GPT, and a linear head on what its last token has seen.

Shapes: B texts of T tokens, D features.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from .gpt import Backbone
from .text_model import TextModel


class Decoder(nn.Module):
    """The backbone of a language model, in which each token sees itself and those before it."""

    def __init__(self, network: Backbone) -> None:
        super().__init__()
        self.network = network

    def forward(self, tokens: Tensor, there: Tensor) -> Tensor:
        """Return states [B, T, D] of tokens [B, T]; those that are not `there` come last."""
        states: Tensor = self.network(tokens)
        return states


def build_model(
    input_shape: Sequence[int],
    num_outputs: int,
    *,
    num_layers: int = 2,
    hidden_dim: int = 128,
    dropout: float = 0.1,
    activation: str = "gelu",
) -> TextModel:
    """Make the model for `input_shape`, [vocabulary, most tokens]; settings as in ModelSettings."""
    vocabulary, longest = input_shape
    num_heads = hidden_dim // (32 if hidden_dim % 64 else 64)
    network = Backbone(vocabulary, longest, num_layers, hidden_dim, num_heads, dropout, activation)
    return TextModel(Decoder(network), hidden_dim, num_outputs, dropout)
