"""A decoder in the manner of GPT: each token of a text looks at itself and at those before it.

Shapes, here and in the comments below:
    B  texts in the batch         D  width of a token
    T  tokens of a text           H  attention heads
    S  places of the cache,       C  width of a head, D / H
       one for each position      V  tokens of the vocabulary
A token of -1 is beyond the end of its text. None looks ahead, so that it changes nothing before.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh}
BASE = 10_000.0  # of the wave lengths of rotary positions


class Cache(NamedTuple):
    """Keys and values of one block, for the tokens that it has seen: each at its position."""

    keys: Tensor  # [B, H, S, C]
    values: Tensor  # [B, H, S, C]


class Place(NamedTuple):
    """Where the tokens of a pass stand; None where they are the first T of their texts."""

    rotation: tuple[Tensor, Tensor] | None = None  # cosines and sines [T, C] or [B, 1, T, C]
    positions: Tensor | None = None  # int64 [B, T]
    mask: Tensor | None = None  # [B, 1, T, S]: which places of the cache each token looks at


class Attention(nn.Module):
    """Multi-head self-attention that does not look ahead."""

    def __init__(self, dim: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        self.num_heads, self.dropout = num_heads, dropout
        self.qkv = nn.Linear(dim, 3 * dim)
        self.project = nn.Linear(dim, dim)

    def forward(self, x: Tensor, place: Place, cache: Cache | None = None) -> Tensor:
        """Map tokens [B, T, D] to tokens [B, T, D]; add them to the cache, if there is one."""
        qkv = self.qkv(x).unflatten(-1, (3, self.num_heads, -1))  # [B, T, 3, H, C]
        queries, keys, values = qkv.permute(2, 0, 3, 1, 4)  # three of [B, H, T, C]
        if place.rotation is not None:
            queries, keys = rotate(queries, *place.rotation), rotate(keys, *place.rotation)
        if cache is not None and place.positions is not None:
            at = place.positions[:, None, :, None].expand_as(keys)
            keys, values = cache.keys.scatter_(2, at, keys), cache.values.scatter_(2, at, values)
        dropout = self.dropout if self.training else 0.0
        x = F.scaled_dot_product_attention(
            queries, keys, values, place.mask, dropout, is_causal=place.mask is None
        )  # [B, H, T, C]
        mixed: Tensor = self.project(x.transpose(1, 2).flatten(-2))
        return mixed


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Turn pairs of channels [..., T, C] by angles that grow with the position (Su et al., 2021).

    The product of a query and a key then depends on how far apart they are. A channel of the first
    half and one of the second are a pair; the sines [..., T, C] of the first half are negative.
    """
    first, second = x.chunk(2, -1)
    return torch.addcmul(x * cosines, torch.cat([second, first], -1), sines)


class Block(nn.Module):
    """A pre-norm block: attention mixes the tokens, the MLP mixes the channels."""

    def __init__(self, dim: int, num_heads: int, dropout: float, activation: str) -> None:
        super().__init__()
        self.norm_1 = nn.LayerNorm(dim)
        self.attention = Attention(dim, num_heads, dropout)
        self.norm_2 = nn.LayerNorm(dim)
        self.up, self.down = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)
        self.activation = ACTIVATIONS[activation]()
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, place: Place, cache: Cache | None = None) -> Tensor:
        """Map tokens [B, T, D] to tokens [B, T, D]."""
        x = x + self.dropout(self.attention(self.norm_1(x), place, cache))
        x = x + self.dropout(self.down(self.activation(self.up(self.norm_2(x)))))
        return x


class Backbone(nn.Module):
    """Embed tokens, let them look at those before, and return what each has become."""

    cosines: Tensor  # [S, C]
    sines: Tensor  # [S, C]

    def __init__(
        self,
        vocabulary: int,
        max_length: int,
        num_layers: int = 4,
        hidden_dim: int = 128,
        num_heads: int = 4,
        dropout: float = 0.1,
        activation: str = "gelu",
        positions: str = "rope",
    ) -> None:
        super().__init__()
        self.max_length, self.num_heads = max_length, num_heads
        self.embedding = nn.Embedding(vocabulary, hidden_dim)
        self.places = nn.Embedding(max_length, hidden_dim) if positions == "learned" else None
        self.dropout = nn.Dropout(dropout)
        blocks = [Block(hidden_dim, num_heads, dropout, activation) for _ in range(num_layers)]
        self.blocks = nn.ModuleList(blocks)
        self.norm = nn.LayerNorm(hidden_dim)
        channels = torch.arange(0, hidden_dim // num_heads, 2) / (hidden_dim // num_heads)
        angles = torch.arange(max_length)[:, None] * BASE**-channels  # [S, C / 2]
        cosines, sines = angles.cos(), angles.sin()
        self.cosines = nn.Buffer(torch.cat([cosines, cosines], -1), persistent=False)
        self.sines = nn.Buffer(torch.cat([-sines, sines], -1), persistent=False)
        self.apply(start)
        for block in blocks:  # the sum of all blocks begins as large as its parts
            for layer in (block.attention.project, block.down):
                nn.init.normal_(layer.weight, std=0.02 / (2 * num_layers) ** 0.5)

    def forward(
        self,
        tokens: Tensor,
        positions: Tensor | None = None,
        caches: list[Cache] | None = None,
    ) -> Tensor:
        """Map tokens [B, T] to features [B, T, D].

        Args:
            tokens: At most `max_length` of each text; -1 beyond its end.
            positions: Of each token in its text, int64 [B, T]; None: from 0 on.
            caches: Of each block, which hold the tokens before, and take up these.
        """
        x = self.embedding(tokens.clamp(min=0))
        if self.places is not None:
            length = tokens.shape[1]
            x = x + (self.places.weight[:length] if positions is None else self.places(positions))
        x, place = self.dropout(x), self.place(tokens, positions, caches)
        for number, block in enumerate(self.blocks):
            x = block(x, place, caches and caches[number])
        features: Tensor = self.norm(x)
        return features

    def place(self, tokens: Tensor, positions: Tensor | None, caches: list[Cache] | None) -> Place:
        """Return where the tokens [B, T] stand."""
        rotation, mask = None, None
        if self.places is None:
            if positions is None:
                rotation = self.cosines[: tokens.shape[1]], self.sines[: tokens.shape[1]]
            else:
                rotation = self.cosines[positions][:, None], self.sines[positions][:, None]
        if caches and positions is not None:
            places = torch.arange(caches[0].keys.shape[2], device=tokens.device)
            mask = places <= positions[:, None, :, None]  # [B, 1, T, S]
        return Place(rotation, positions, mask)


def start(module: nn.Module) -> None:
    """Let a layer begin as GPT-2 does."""
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)
