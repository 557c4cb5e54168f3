"""A model of a moment, in the place of the real one.

It has what makes training hard to resume: batch statistics and dropout.
"""

from torch import Tensor, nn

TERMS: tuple[str, ...] = ()  # names of what the loss is the sum of, if it is one


class Backbone(nn.Module):
    """What stands for each token, beside the mean of its sentence."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocabulary, 16)
        self.norm = nn.BatchNorm1d(16)

    def forward(self, tokens: Tensor) -> Tensor:
        inside = tokens >= 0  # [B, T]
        features = self.embed(tokens.clamp(min=0)) * inside[..., None]  # [B, T, 16]
        means = self.norm(features.sum(1) / inside.sum(1, keepdim=True).clamp(min=1))
        states: Tensor = (features + means[:, None]).relu()
        return states


class SmallModel(nn.Module):
    """A head for each token."""

    def __init__(self, input_shape: list[int], num_outputs: int) -> None:
        super().__init__()
        self.backbone = Backbone(input_shape[0])
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
