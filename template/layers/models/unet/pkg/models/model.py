"""A small U-Net for images (Ronneberger et al., 2015), which takes any size.

Shapes: B images, C channels, H x W pixels, K classes. L levels: level i has D_i channels on H_i x
W_i pixels, half as many along each side, rounded up, as the level before.
"""

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh}
NARROWEST = 16  # channels of a level at least: with fewer, rare classes are often never learnt


class Block(nn.Sequential):
    """Two convolutions, each with its norm and activation; the size stays."""

    def __init__(self, fan_in: int, fan_out: int, activation: str) -> None:
        super().__init__()
        for width in (fan_in, fan_out):
            self.append(nn.Conv2d(width, fan_out, 3, padding=1, bias=False))
            self.append(nn.BatchNorm2d(fan_out))
            self.append(ACTIVATIONS[activation]())


class Encoder(nn.Module):
    """Levels from fine to coarse: each sees more of the image at once."""

    def __init__(self, channels: int, widths: Sequence[int], activation: str) -> None:
        super().__init__()
        pairs = zip([channels, *widths], widths, strict=False)
        self.levels = nn.ModuleList(Block(*pair, activation) for pair in pairs)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map images [B, C, H, W] to the features of all levels, each [B, D_i, H_i, W_i]."""
        features = [self.levels[0](images)]
        for level in self.levels[1:]:
            features.append(level(F.max_pool2d(features[-1], 2, ceil_mode=True)))
        return features


class Decoder(nn.Module):
    """Levels from coarse to fine, each beside the features of the encoder; then the classes."""

    def __init__(
        self, widths: Sequence[int], num_outputs: int, dropout: float, activation: str
    ) -> None:
        super().__init__()
        self.dropout = nn.Dropout2d(dropout)
        pairs = zip(widths[::-1], widths[-2::-1], strict=False)  # coarse and fine
        self.levels = nn.ModuleList(Block(a + b, b, activation) for a, b in pairs)
        self.classify = nn.Conv2d(widths[0], num_outputs, 1)

    def forward(self, features: list[Tensor]) -> Tensor:
        """Map the features of all levels, each [B, D_i, H_i, W_i], to logits [B, K, H, W]."""
        x = self.dropout(features[-1])
        for level, fine in zip(self.levels, features[-2::-1], strict=True):
            x = F.interpolate(x, fine.shape[-2:])  # [B, D_i+1, H_i, W_i]
            x = level(torch.cat([x, fine], dim=1))  # [B, D_i, H_i, W_i]
        logits: Tensor = self.classify(x)
        return logits


class SegmentationModel(nn.Module):
    """An encoder, and a decoder that tells the class of each pixel."""

    layout: str  # of images in memory, and why

    def __init__(
        self,
        channels: int,
        num_outputs: int,
        num_layers: int = 4,
        hidden_dim: int = 256,
        dropout: float = 0.0,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        widths = [max(NARROWEST, hidden_dim >> i) for i in reversed(range(num_layers + 1))]
        self.backbone = Encoder(channels, widths, activation)
        self.head = Decoder(widths, num_outputs, dropout, activation)

    def forward(self, images: Tensor) -> Tensor:
        """Map images [B, C, H, W] to logits [B, K, H, W]."""
        logits: Tensor = self.head(self.backbone(images))
        return logits

    def get_num_parameters(self) -> int:
        """Count the weights."""
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        """Train the decoder alone, on features that stay as they are."""
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        """Train every weight."""
        self.backbone.requires_grad_(True)


def build_model(input_shape: Sequence[int], num_outputs: int, **settings: Any) -> SegmentationModel:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings."""
    model = SegmentationModel(input_shape[0], num_outputs, **settings)
    # Convolutions like the channels of a pixel beside each other, on a CPU if they fill a vector.
    narrowest = model.head.classify.in_channels
    channels_last = torch.cuda.is_available() or narrowest >= 16
    order = "last" if channels_last else "first"
    model.layout = f"channels {order}: convolutions are faster so here"
    return model.to(memory_format=torch.channels_last) if channels_last else model
