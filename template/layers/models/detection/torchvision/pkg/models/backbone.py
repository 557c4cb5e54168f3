"""Feature maps of a torchvision model for images.

Shapes: B images, C channels, H x W pixels, D channels of a feature map.
"""

from collections.abc import Sequence

import torch
from torch import nn
from torchvision.models._utils import IntermediateLayerGetter

from ..engine.errors import UserError
from .refusals import refusals
from .torchvision_weights import LIBRARY, adapt_channels, load_weights

SIDE = 256  # pixels of an image that shows the strides


def make_backbone(
    name: str,
    input_shape: Sequence[int],
    strides: Sequence[int],
    pretrained: bool,
    weights_path: str | None,
) -> tuple[nn.Module, list[int]]:
    """Make a module from images [B, C, H, W] to feature maps; return it and their channels D.

    It returns a dict of "0", "1" and on: a map [B, D, H/stride, W/stride] for each of `strides`.

    Raises:
        UserError: the backbone is unknown, lacks a stride, or its weights are missing.
    """
    if name not in LIBRARY.list_models(LIBRARY):
        raise UserError(f"model.backbone: torchvision has no {name!r} for a detector")
    with refusals(name, input_shape):
        model = LIBRARY.get_model(name, weights=None)
        if pretrained:
            load_weights(model, name, weights_path)
        adapt_channels(model, input_shape[0])
        trunk = getattr(model, "features", model)
        stages = last_of_each_stride(trunk.eval(), input_shape[0])
    if missing := [stride for stride in strides if stride not in stages]:
        raise UserError(f"model.backbone: {name} has no feature maps of strides {missing}")
    chosen = {stages[stride][0]: str(i) for i, stride in enumerate(strides)}
    return IntermediateLayerGetter(trunk, chosen), [stages[stride][1] for stride in strides]


@torch.no_grad()
def last_of_each_stride(trunk: nn.Module, channels: int) -> dict[int, tuple[str, int]]:
    """Return for each stride the last of the modules in a row that has it, and its channels."""
    x, stages = torch.zeros(1, channels, SIDE, SIDE), {}
    for name, module in trunk.named_children():
        if isinstance(module, nn.AdaptiveAvgPool2d):  # the head begins
            break
        x = module(x)
        if x.ndim == 4 and x.shape[2] == x.shape[3]:
            stages[SIDE // x.shape[2]] = name, x.shape[1]
    return stages
