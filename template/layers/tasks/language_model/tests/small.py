"""A language model of a moment, in the place of the real one.

It has what makes training hard to resume: batch statistics and dropout.
"""

from typing import Any

import torch
from torch import Tensor, nn

from pkg.models.decoding import Decoding, choose

TERMS: tuple[str, ...] = ()  # names of what the loss is the sum of, if it is one


class Embedding(nn.Embedding):
    """A vector for each token; where there is none, that of token 0."""

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens [B, T] to vectors [B, T, D]."""
        return super().forward(tokens.clamp(min=0))


class Norm(nn.BatchNorm1d):
    """Statistics over all tokens of a batch."""

    def forward(self, vectors: Tensor) -> Tensor:
        """Map vectors [B, T, D] to vectors [B, T, D]."""
        return super().forward(vectors.transpose(1, 2)).transpose(1, 2)


class SmallModel(nn.Module):
    """What a token says of the next one, without those before it."""

    def __init__(self, input_shape: list[int], num_outputs: int) -> None:
        super().__init__()
        self.backbone = nn.Sequential(
            Embedding(input_shape[0], 16), nn.Linear(16, 16), Norm(16), nn.ReLU()
        )
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
