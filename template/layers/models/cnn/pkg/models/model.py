"""A small convolutional network for images.

Shapes: B images, C channels, H x W pixels, D features, K outputs.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh}


class Block(nn.Sequential):
    """A convolution, its norm and its activation; a stride of 2 halves the image."""

    def __init__(self, fan_in: int, fan_out: int, stride: int, activation: str) -> None:
        super().__init__(
            nn.Conv2d(fan_in, fan_out, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(fan_out),
            ACTIVATIONS[activation](),
        )


class ImageModel(nn.Module):
    """Pairs of blocks, each pair on half the pixels and twice the channels; a head."""

    layout: str  # of images in memory, and why

    def __init__(
        self,
        channels: int,
        num_outputs: int,
        num_layers: int = 4,
        hidden_dim: int = 64,
        dropout: float = 0.0,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        self.backbone = nn.Sequential()
        pairs = (num_layers + 1) // 2
        for i in range(num_layers):
            width = max(8, hidden_dim >> (pairs - 1 - i // 2))
            self.backbone.append(Block(channels, width, 1 + i % 2, activation))
            channels = width
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(channels, num_outputs))

    def forward(self, images: Tensor) -> Tensor:
        """Map images [B, C, H, W] to outputs [B, K]."""
        features = torch.mean(self.backbone(images), dim=(2, 3))  # [B, D]
        outputs: Tensor = self.head(features)
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


def build_model(input_shape: Sequence[int], num_outputs: int, **settings: Any) -> ImageModel:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings."""
    model = ImageModel(input_shape[0], num_outputs, **settings)
    # Convolutions like the channels of a pixel beside each other, on a CPU if they fill a vector.
    narrowest = min(len(x.weight) for x in model.modules() if isinstance(x, nn.Conv2d))
    channels_last = torch.cuda.is_available() or narrowest >= 16
    order = "last" if channels_last else "first"
    model.layout = f"channels {order}: convolutions are faster so here"
    return model.to(memory_format=torch.channels_last) if channels_last else model
