"""A model of a moment, in the place of the real one.

It has what makes training hard to resume: batch statistics and dropout.
"""

from math import prod

from torch import Tensor, nn

TERMS: tuple[str, ...] = ()  # names of what the loss is the sum of, if it is one


class SmallModel(nn.Module):
    """A hidden layer on the flat input, and a head."""

    layout = "channels first"  # of images

    def __init__(self, input_shape: list[int], num_outputs: int) -> None:
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Flatten(), nn.Linear(prod(input_shape), 16), nn.BatchNorm1d(16), nn.ReLU()
        )
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(16, num_outputs))

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.head(self.backbone(inputs))
        return outputs

    def get_num_parameters(self) -> int:
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        self.backbone.requires_grad_(True)
