"""Feature maps of a timm model for images.

Shapes: B images, C channels, H x W pixels, D channels of a feature map.
"""

from collections.abc import Sequence
from typing import Any

import timm
import torch
from torch import Tensor, nn

from ..engine.errors import UserError
from .refusals import refusals
from .timm_weights import load_file


class FeatureMaps(nn.Module):
    """A model of timm, without what follows the feature maps of these numbers."""

    def __init__(self, body: Any, numbers: Sequence[int]) -> None:
        super().__init__()
        self.body, self.numbers = body, list(numbers)
        body.prune_intermediate_layers(self.numbers, prune_norm=True, prune_head=True)

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Map images [B, C, H, W] to maps [B, D, H/stride, W/stride], called "0", "1" and on."""
        options: dict[str, Any] = {"indices": self.numbers, "intermediates_only": True}
        maps = self.body.forward_intermediates(images, **options)
        return {str(i): x for i, x in enumerate(maps)}


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
    if not timm.is_model(name):
        near = timm.list_models(f"{name[:6]}*")[:5]
        raise UserError(f"model.backbone: timm has no {name!r}; near it: {near}")
    if pretrained and not weights_path and not timm.is_model_pretrained(name):
        raise UserError(f"model.pretrained: timm has no weights for {name}, so say false")
    options: dict[str, Any] = {"num_classes": 0, "in_chans": input_shape[0]}
    size = [-(-side // 32) * 32 for side in input_shape[1:]]  # as images are padded
    published = timm.get_pretrained_cfg(name)
    if published and published.fixed_input_size:  # as of a transformer that counts its patches
        options["img_size"] = tuple(size)
    with refusals(name, input_shape):
        body: Any = timm.create_model(name, pretrained and not weights_path, **options)
        body.eval()(torch.zeros(1, input_shape[0], *size))
    if pretrained and weights_path:
        load_file(body, weights_path, input_shape[0])
    stages = body.feature_info if hasattr(body, "forward_intermediates") else []
    known = [stage["reduction"] for stage in stages]
    if missing := [stride for stride in strides if stride not in known]:
        raise UserError(f"model.backbone: {name} has no feature maps of strides {missing}")
    numbers = [known.index(stride) for stride in strides]
    channels = [stages[number]["num_chs"] for number in numbers]
    return FeatureMaps(body, numbers), channels
