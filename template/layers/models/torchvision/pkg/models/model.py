"""The model: a backbone from torchvision, and a head for the outputs of this task.

Shapes: B images, C channels, H x W pixels, D features.
"""

from collections.abc import Sequence

import torch
from torch import nn

from ..engine.errors import UserError
from .image_model import ImageModel, arrange
from .refusals import refusals
from .torchvision_weights import LIBRARY, adapt_channels, load_weights


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


def cut_head(body: nn.Module) -> int:
    """Put nothing in the place of the last linear layer; return its number of inputs, D."""
    name, last = [pair for pair in body.named_modules() if isinstance(pair[1], nn.Linear)][-1]
    body.set_submodule(name, nn.Identity())
    return int(last.in_features)
