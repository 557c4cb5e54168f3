"""A published encoder, and a decoder that tells the class of each pixel.

Shapes: B images, C channels, H x W pixels, K classes.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .encoders import (
    TIMM,
    adapt_channels,
    choose_encoder,
    load_encoder,
    refusals,
)

STRIDE = 32  # pixels along a side that become one at the coarsest level


class Decoder(nn.Module):
    """What a library puts upon an encoder."""

    def __init__(self, decoder: nn.Module, dropout: float, classify: nn.Module) -> None:
        super().__init__()
        self.decoder, self.dropout, self.classify = decoder, nn.Dropout2d(dropout), classify

    def forward(self, features: list[Tensor]) -> Tensor:
        """Map the features of all levels to logits [B, K, H, W]."""
        logits: Tensor = self.classify(self.dropout(self.decoder(features)))
        return logits


class SegmentationModel(nn.Module):
    """An encoder and a decoder, for images of any size."""

    layout: str  # of images in memory, and why

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.backbone, self.head = encoder, decoder

    def forward(self, images: Tensor) -> Tensor:
        """Map images [B, C, H, W] to logits [B, K, H, W]; the last rows may be filled inside."""
        height, width = images.shape[-2:]
        filled = F.pad(images, (0, -width % STRIDE, 0, -height % STRIDE))
        logits: Tensor = self.head(self.backbone(filled))
        return logits[..., :height, :width]

    def get_num_parameters(self) -> int:
        """Count the weights."""
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        """Train the decoder alone, on features that stay as they are."""
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        """Train every weight."""
        self.backbone.requires_grad_(True)

    def train(self, mode: bool = True) -> "SegmentationModel":
        """Set the mode; a frozen encoder keeps its batch statistics too."""
        super().train(mode)
        if not any(weight.requires_grad for weight in self.backbone.parameters()):
            self.backbone.eval()
        return self


def assemble(
    make: Callable[..., Any],
    input_shape: Sequence[int],
    num_outputs: int,
    *,
    backbone: str,
    pretrained: bool = False,
    weights_path: str | None = None,
    dropout: float = 0.0,
) -> SegmentationModel:
    """Make a model of segmentation_models_pytorch for images of `input_shape` [C, H, W].

    Args:
        make: A class of the library.
        input_shape: Of an image.
        num_outputs: Classes, K.
        backbone: Name of the encoder.
        pretrained: Whether it starts from pretrained weights.
        weights_path: File of them; None: the library fetches its own.
        dropout: Probability that a channel of the features is dropped.

    Raises:
        UserError: the encoder is unknown, does not take such images, or its weights are missing.
    """
    options = choose_encoder(backbone, input_shape[0], pretrained, weights_path)
    with refusals(backbone, input_shape, weights_path):
        whole = make(**options, classes=num_outputs)
        if weights_path:
            by_timm = options["encoder_name"].startswith(TIMM)
            load_encoder(whole.encoder, weights_path, loaded=by_timm)
        adapt_channels(whole.encoder, options["in_channels"], input_shape[0], pretrained)
        decoder = Decoder(whole.decoder, dropout, whole.segmentation_head)
        model = SegmentationModel(whole.encoder, decoder)
        model.eval()(torch.zeros(1, *input_shape))
    return arrange(model.train(), backbone)


def arrange(model: SegmentationModel, name: str) -> SegmentationModel:
    """Lay the weights of the encoder called `name` out in memory as it is fastest here."""
    channels_last = torch.cuda.is_available() or "resnet" not in name  # on a CPU a ResNet is slower
    order = "last" if channels_last else "first"
    model.layout = f"channels {order}: convolutions are faster so here"
    return model.to(memory_format=torch.channels_last) if channels_last else model
