"""A language model of a moment, in the place of the real one.

It has what makes training hard to resume: batch statistics and dropout.
"""

from typing import Any

import torch
from torch import Tensor, nn

from pkg.models.decoding import Decoding, choose

TERMS: tuple[str, ...] = ()  # names of what the loss is the sum of, if it is one


class Tokens(nn.Module):
    """A vector for each token, with batch statistics over all."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.embedding, self.norm = nn.Embedding(vocabulary, 16), nn.BatchNorm1d(16)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens [B, T] to vectors [B, T, 16]."""
        vectors = self.embedding(tokens.clamp(min=0))
        normed: Tensor = self.norm(vectors.transpose(1, 2))
        return normed.transpose(1, 2).relu()


class SmallModel(nn.Module):
    """What a token says of the next one, without those before it."""

    def __init__(self, input_shape: list[int], num_outputs: int) -> None:
        super().__init__()
        self.backbone = Tokens(input_shape[0])
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(16, input_shape[0]))

    def forward(self, tokens: Tensor) -> Tensor:
        logits: Tensor = self.head(self.backbone(tokens))
        return logits

    def generate(self, tokens: Tensor, decoding: Decoding, ids: Tensor) -> Tensor:
        at = (tokens >= 0).sum(1, keepdim=True) - 1
        last, new = tokens.gather(1, at), list[Any]()
        for step in range(decoding.max_new_tokens):
            last = choose(self(last)[:, 0].float(), decoding, step, ids)[:, None]
            new.append(last)
        return torch.cat(new, 1)

    def get_num_parameters(self) -> int:
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        self.backbone.requires_grad_(True)
