"""The model: a backbone from torchvision, and a head for the outputs of this task.

Shapes: B images, C channels, H x W pixels, D features.
"""

from collections.abc import Sequence
from typing import Any

import torch
import torchvision
from torch import nn

from ..engine.errors import UserError
from .image_model import ImageModel, arrange, refusals

LIBRARY: Any = torchvision.models  # whose types hide the functions that it documents


def build_model(
    input_shape: Sequence[int],
    num_outputs: int,
    *,
    backbone: str,
    pretrained: bool = False,
    weights_path: str | None = None,
    #: if architecture in ("vit", "convnext")
    patch_size: int | None = None,
    #: endif
    dropout: float = 0.0,
) -> ImageModel:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings.

    Raises:
        UserError: the backbone is unknown, does not take such images, or its weights are missing.
    """
    if backbone not in LIBRARY.list_models():
        raise UserError(f"model.backbone: torchvision has no {backbone!r}")
    #: if architecture in ("vit", "convnext")
    if patch_size is not None:
        raise UserError("model.patch_size: torchvision's models keep their own, so say null")
    #: endif
    options = {"image_size": input_shape[1]} if backbone.startswith("vit") else {}
    with refusals(backbone, input_shape):
        body = LIBRARY.get_model(backbone, weights=None, **options)
        if pretrained:
            load_weights(body, backbone, weights_path)
        num_features = cut_head(body)
        adapt_channels(body, input_shape[0])
        body.eval()(torch.zeros(1, *input_shape))
    return arrange(ImageModel(body, num_features, num_outputs, dropout).train(), backbone)


def load_weights(body: nn.Module, backbone: str, path: str | None) -> None:
    """Load weights for ImageNet, from a file or as torchvision fetches its best.

    Raises:
        UserError: `model.weights_path`: no file, a damaged one, or one of another model.
    """
    if path is None:
        best = LIBRARY.get_model_weights(backbone).DEFAULT
        body.load_state_dict(best.get_state_dict(progress=True, check_hash=True))
        return
    try:
        body.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:  # no file, a damaged one, or one of another model
        reason = " ".join(str(error).split())
        raise UserError(f"model.weights_path: {path} cannot be loaded: {reason}") from None


def cut_head(body: nn.Module) -> int:
    """Put nothing in the place of the last linear layer; return its number of inputs, D."""
    name, last = [pair for pair in body.named_modules() if isinstance(pair[1], nn.Linear)][-1]
    body.set_submodule(name, nn.Identity())
    return int(last.in_features)


def adapt_channels(body: nn.Module, channels: int) -> None:
    """Let the first convolution see `channels` channels; grey weights are those of RGB summed."""
    name, first = next(pair for pair in body.named_modules() if isinstance(pair[1], nn.Conv2d))
    if channels == first.in_channels:
        return
    new = nn.Conv2d(
        channels,
        first.out_channels,
        first.kernel_size,
        first.stride,
        first.padding,
        bias=first.bias is not None,
    )
    with torch.no_grad():
        mean = first.weight.sum(dim=1, keepdim=True) / channels  # keeps the size of activations
        new.weight.copy_(mean.expand_as(new.weight))
        if first.bias is not None and new.bias is not None:
            new.bias.copy_(first.bias)
    body.set_submodule(name, new)
