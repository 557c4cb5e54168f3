"""The model: a backbone from timm, and a head for the outputs of this task.

Shapes: B images, C channels, H x W pixels.
"""

from collections.abc import Sequence
from typing import Any

import timm
import torch

from ..engine.errors import UserError
from .image_model import ImageModel, arrange
from .refusals import refusals
from .timm_weights import load_file


def build_model(
    input_shape: Sequence[int],
    num_outputs: int,
    *,
    backbone: str,
    pretrained: bool = False,
    weights_path: str | None = None,
    dropout: float = 0.0,
    **options: Any,
) -> ImageModel:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings.

    Raises:
        UserError: the backbone is unknown, does not take such images, or its weights are missing.
    """
    if not timm.is_model(backbone):
        near = timm.list_models(f"{backbone[:6]}*")[:5]
        raise UserError(f"model.backbone: timm has no {backbone!r}; near it: {near}")
    if pretrained and not weights_path and not timm.is_model_pretrained(backbone):
        raise UserError(f"model.pretrained: timm has no weights for {backbone}, so say false")
    options = {name: value for name, value in options.items() if value is not None}
    options |= {"num_classes": 0, "in_chans": input_shape[0]}
    published = timm.get_pretrained_cfg(backbone)
    if published and published.fixed_input_size:  # as of a transformer that counts its patches
        options["img_size"] = tuple(input_shape[1:])
    with refusals(backbone, input_shape):
        body: Any = timm.create_model(backbone, pretrained and not weights_path, **options)
        body.eval()(torch.zeros(1, *input_shape))
    if pretrained and weights_path:
        load_file(body, weights_path, input_shape[0])
    model = ImageModel(body, body.head_hidden_size, num_outputs, dropout).train()
    return arrange(model, backbone)
