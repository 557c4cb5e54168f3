"""A model of a moment, in the place of the real one.

It has what makes training hard to resume: batch statistics and dropout.
"""

import torch
from torch import Tensor, nn

TERMS: tuple[str, ...] = ()  # names of what the loss is the sum of, if it is one
FEATURES = 24  # of a source: how often each token comes, of several that count as one


class SmallModel(nn.Module):
    """A hidden layer on counted tokens, and a head that says all tokens of a target.

    B pairs of S and T tokens, V tokens that there are.
    """

    def __init__(self, input_shape: list[int], num_outputs: int) -> None:
        super().__init__()
        size = input_shape[0]
        self.backbone = nn.Sequential(
            nn.Flatten(), nn.Linear(FEATURES, 16), nn.BatchNorm1d(16), nn.ReLU()
        )
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(16, size))

    def forward(self, sources: Tensor, targets: Tensor | None = None) -> Tensor:
        kinds = torch.arange(FEATURES, device=sources.device)
        same = (sources[:, :, None] % FEATURES == kinds) & (sources[:, :, None] >= 0)
        said: Tensor = self.head(self.backbone(same.float().sum(1)))  # [B, V]
        count = 1 if targets is None else targets.shape[1]
        return torch.stack([said.roll(turn, 1) for turn in range(count)], 1)  # [B, T, V]

    def generate(self, sources: Tensor, max_new_tokens: int, end: int, **_: object) -> Tensor:
        logits: Tensor = self(sources, sources.new_zeros(len(sources), max_new_tokens))
        tokens = logits.argmax(2)  # [B, L]
        ended = (tokens == end).cumsum(1) - (tokens == end).long()
        return tokens.masked_fill(ended > 0, -1)

    def get_num_parameters(self) -> int:
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        self.backbone.requires_grad_(True)
