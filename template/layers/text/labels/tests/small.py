"""A model of a moment, in the place of the real one.

It has what makes training hard to resume: batch statistics and dropout.
"""

from torch import Tensor, nn

TERMS: tuple[str, ...] = ()  # names of what the loss is the sum of, if it is one


class Mean(nn.Module):
    """The mean of what stands for each token of a text."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocabulary, 8)

    def forward(self, tokens: Tensor) -> Tensor:
        inside = (tokens >= 0)[..., None]  # [B, T, 1]
        features: Tensor = self.embed(tokens.clamp(min=0)) * inside  # [B, T, 8]
        return features.sum(1) / inside.sum(1).clamp(min=1)


class SmallModel(nn.Module):
    """A hidden layer on the mean of the tokens, and a head."""

    def __init__(self, input_shape: list[int], num_outputs: int) -> None:
        super().__init__()
        self.backbone = nn.Sequential(
            Mean(input_shape[0]), nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU()
        )
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(16, num_outputs))

    def forward(self, tokens: Tensor) -> Tensor:
        outputs: Tensor = self.head(self.backbone(tokens))
        return outputs

    def get_num_parameters(self) -> int:
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        self.backbone.requires_grad_(True)
