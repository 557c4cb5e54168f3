"""A small transformer encoder (Vaswani et al., 2017), trained from scratch.

Shapes, here and in the comments below:
    B  texts in the batch         D  width of a token
    T  tokens of a text           H  attention heads
"""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .text_model import TextModel

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh}


class Attention(nn.Module):
    """Multi-head self-attention: every token looks at every token of its text."""

    def __init__(self, dim: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        self.num_heads, self.dropout = num_heads, dropout
        self.qkv = nn.Linear(dim, 3 * dim, bias=False)
        self.project = nn.Linear(dim, dim)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map tokens [B, T, D] to tokens [B, T, D]; `mask` [B, 1, 1, T] says which are seen."""
        qkv = self.qkv(x).unflatten(-1, (3, self.num_heads, -1))  # [B, T, 3, H, D/H]
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # three of [B, H, T, D/H]
        dropout = self.dropout if self.training else 0.0
        x = F.scaled_dot_product_attention(q, k, v, mask, dropout)  # [B, H, T, D/H]
        projected: Tensor = self.project(x.transpose(1, 2).flatten(-2))
        return projected


class Block(nn.Module):
    """A pre-norm block: attention mixes the tokens, the MLP mixes their features."""

    def __init__(self, dim: int, num_heads: int, dropout: float, activation: str) -> None:
        super().__init__()
        self.norm_1 = nn.LayerNorm(dim)
        self.attention = Attention(dim, num_heads, dropout)
        self.norm_2 = nn.LayerNorm(dim)
        self.mlp = nn.Sequential(
            nn.Linear(dim, 4 * dim),
            ACTIVATIONS[activation](),
            nn.Linear(4 * dim, dim),
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map tokens [B, T, D] to tokens [B, T, D]; `mask` [B, 1, 1, T] says which are seen."""
        x = x + self.dropout(self.attention(self.norm_1(x), mask))
        mixed: Tensor = x + self.dropout(self.mlp(self.norm_2(x)))
        return mixed


class Backbone(nn.Module):
    """Embeds tokens and their positions, and mixes them."""

    def __init__(
        self,
        vocabulary: int,
        longest: int,
        dim: int,
        num_layers: int,
        num_heads: int,
        dropout: float,
        activation: str,
    ) -> None:
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, dim)
        self.positions = nn.Embedding(longest, dim)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(
            Block(dim, num_heads, dropout, activation) for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(dim)
        for table in (self.tokens, self.positions):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, tokens: Tensor, there: Tensor) -> Tensor:
        """Return states [B, T, D] of tokens [B, T]; those that are not `there` are not seen."""
        places = torch.arange(tokens.shape[1], device=tokens.device)
        mask = (there | (places == 0))[:, None, None]  # attention to nothing would be nan
        x = self.dropout(self.tokens(tokens) + self.positions(places))  # [B, T, D]
        for block in self.blocks:
            x = block(x, mask)
        states: Tensor = self.norm(x)
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
    num_heads = hidden_dim // (32 if hidden_dim % 64 else 64)
    shape: Any = (*input_shape, hidden_dim, num_layers, num_heads, dropout, activation)
    return TextModel(Backbone(*shape), hidden_dim, num_outputs, dropout)
