"""The model: a backbone from timm, and a head for the outputs of this task.

Shapes: B images, C channels, H x W pixels.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import timm
import torch

from ..engine.errors import UserError
from .image_model import ImageModel, arrange, refusals


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


def load_file(body: Any, path: str, channels: int) -> None:
    """Load weights from a file of timm's, into all of the model.

    Raises:
        UserError: `model.weights_path`: no file, a damaged one, or one of another model.
    """
    if not Path(path).exists():
        raise UserError(f"model.weights_path: {Path(path).resolve()} does not exist")
    missing: list[str] = []
    hook = body.register_load_state_dict_post_hook(lambda _, keys: missing.extend(keys[0]))
    adapt = getattr(sys.modules[type(body).__module__], "checkpoint_filter_fn", None)
    origin = {**body.pretrained_cfg, "file": path, "custom_load": path.endswith(".npz")}
    try:
        timm.models.load_pretrained(body, origin, 0, channels, filter_fn=adapt)
    except Exception as error:  # each format has its own
        raise UserError(f"model.weights_path: {path} cannot be loaded: {error!r}") from None
    if missing:
        raise UserError(f"model.weights_path: {path} lacks {len(missing)} weights: {missing[:3]}")
    hook.remove()
