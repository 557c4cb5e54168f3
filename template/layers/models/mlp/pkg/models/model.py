"""A multi-layer perceptron for the rows of a table.

Shapes, here and in the comments below:
    B  rows in the batch          D  width of a hidden layer
    F  features of a row          K  outputs: classes or targets
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

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
        #: if task == "regression"
        self.target_mean = nn.Buffer(torch.zeros(num_outputs))
        self.target_std = nn.Buffer(torch.ones(num_outputs))
        #: endif
        layers: list[nn.Module] = []
        for width in [num_features] + [hidden_dim] * (num_layers - 1):
            layers.append(nn.Linear(width, hidden_dim))
            layers.append(ACTIVATIONS[activation]())
            layers.append(nn.Dropout(dropout))
        self.backbone = nn.Sequential(*layers)
        self.head = nn.Linear(hidden_dim, num_outputs)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Map rows [B, F] to outputs [B, K]."""
        outputs: torch.Tensor = self.head(self.backbone(rows))
        #: if task == "regression"
        # The layers see targets of mean 0 and deviation 1; the caller, their own unit.
        outputs = outputs * self.target_std + self.target_mean
        #: endif
        return outputs

    #: if task == "regression"
    def set_target_scale(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Take over the mean and deviation of each target in the training split."""
        self.target_mean.copy_(torch.tensor(mean))
        self.target_std.copy_(torch.tensor(std))

    #: endif
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
    """Make the model for rows of `input_shape` [F]; `settings` as in ModelSettings."""
    return TableModel(input_shape[0], num_outputs, **settings)
