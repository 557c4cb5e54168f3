"""A multi-layer perceptron for the rows of a table.

Shapes, here and in the comments below:
    B  rows in the batch          D  width of a hidden layer
    F  features of a row          K  outputs
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh}


class TableModel(nn.Module):
    """Hidden layers, and a linear head on the last one."""

    def __init__(
        self,
        num_features: int,
        num_outputs: int,
        num_layers: int = 2,
        hidden_dim: int = 64,
        dropout: float = 0.1,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for width in [num_features] + [hidden_dim] * (num_layers - 1):
            layers.append(nn.Linear(width, hidden_dim))
            layers.append(ACTIVATIONS[activation]())
            layers.append(nn.Dropout(dropout))
        self.backbone = nn.Sequential(*layers)
        self.head = nn.Linear(hidden_dim, num_outputs)

    def forward(self, rows: Tensor) -> Tensor:
        """Map rows [B, F] to outputs [B, K]."""
        outputs: Tensor = self.head(self.backbone(rows))
        return outputs

    def get_num_parameters(self) -> int:
        """Count the weights."""
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        """Train the head alone, on features that stay as they are."""
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        """Train every weight."""
        self.backbone.requires_grad_(True)


def build_model(input_shape: Sequence[int], num_outputs: int, **settings: Any) -> TableModel:
    """Make the model for rows of `input_shape` [F]; settings as in ModelSettings."""
    return TableModel(input_shape[0], num_outputs, **settings)
