"""A published backbone with a new head for the outputs of this task.

Shapes: B images, C channels, H x W pixels, D features, K outputs.
"""

import torch
from torch import Tensor, nn


class ImageModel(nn.Module):
    """A backbone, and a linear head on its features."""

    layout: str  # of images in memory, and why

    def __init__(self, backbone: nn.Module, width: int, num_outputs: int, dropout: float) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, num_outputs))

    def forward(self, images: Tensor) -> Tensor:
        """Map images [B, C, H, W] to outputs [B, K]."""
        outputs: Tensor = self.head(self.backbone(images))  # by way of features [B, D]
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

    def train(self, mode: bool = True) -> "ImageModel":
        """Set the mode; a frozen backbone keeps its batch statistics too."""
        super().train(mode)
        if not any(weight.requires_grad for weight in self.backbone.parameters()):
            self.backbone.eval()
        return self


def arrange(model: ImageModel, name: str) -> ImageModel:
    """Lay the weights of the backbone called `name` out in memory as it is fastest here."""
    channels_last = torch.cuda.is_available() or "resnet" not in name  # on a CPU a ResNet is slower
    order = "last" if channels_last else "first"
    model.layout = f"channels {order}: convolutions are faster so here"
    return model.to(memory_format=torch.channels_last) if channels_last else model
