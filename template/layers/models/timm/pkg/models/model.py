"""An image model: a backbone from timm, and a head for the outputs of this task.

Shapes: B images, C channels, H x W pixels, D features, K outputs.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import timm
import torch
from torch import Tensor, nn

from ..engine.errors import UserError


class ImageModel(nn.Module):
    """A backbone that sees, and a linear head that answers."""

    layout: str  # of images in memory, and why

    def __init__(self, backbone: nn.Module, width: int, num_outputs: int, dropout: float) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, num_outputs))
        #: if task == "regression"
        self.target_mean = nn.Buffer(torch.zeros(num_outputs))
        self.target_std = nn.Buffer(torch.ones(num_outputs))
        #: endif

    def forward(self, images: Tensor) -> Tensor:
        """Map images [B, C, H, W] to outputs [B, K]: logits, or targets."""
        outputs: Tensor = self.head(self.backbone(images))  # by way of features [B, D]
        #: if task == "regression"
        # The head sees targets of mean 0 and deviation 1; the caller, their own unit.
        outputs = outputs * self.target_std + self.target_mean
        #: endif
        return outputs

    #: if task == "regression"
    def set_target_scale(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Take over the mean and deviation of each target in the training split."""
        self.target_mean.copy_(torch.tensor(mean))
        self.target_std.copy_(torch.tensor(std))

    #: endif
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
    """Make the model for images of `input_shape` [C, H, W]; refuse what cannot be built."""
    options = {name: value for name, value in options.items() if value is not None}
    options |= {"num_classes": 0, "in_chans": input_shape[0]}
    #: if architecture == "vit"
    options["img_size"] = tuple(input_shape[1:])
    #: endif
    if not timm.is_model(backbone):
        near = timm.list_models(f"{backbone[:6]}*")[:5]
        raise UserError(f"model.backbone: timm has no {backbone!r}; near it: {near}")
    if pretrained and not weights_path and not timm.is_model_pretrained(backbone):
        raise UserError(f"model.pretrained: timm has no weights for {backbone}, so say false")
    try:
        body: Any = timm.create_model(backbone, pretrained and not weights_path, **options)
        body.eval()(torch.zeros(1, *input_shape))
    except OSError as error:  # no network
        place = f"{error}: the weights of {backbone} are out of reach"
        hint = "name a file in model.weights_path, or set model.pretrained to false"
        raise UserError(f"model.pretrained: {place}; {hint}") from None
    except (AssertionError, RuntimeError, ValueError) as error:
        problem = f"does not take data.input_shape {list(input_shape)}: {error}"
        raise UserError(f"model.backbone {backbone} {problem}") from None
    if pretrained and weights_path:
        load_file(body, weights_path, input_shape[0])
    model = ImageModel(body, body.head_hidden_size, num_outputs, dropout).train()
    fast = torch.cuda.is_available() or "resnet" not in backbone  # a ResNet on a CPU is slower
    model.layout = f"channels {'last' if fast else 'first'}: convolutions are faster so here"
    return model.to(memory_format=torch.channels_last) if fast else model


def load_file(body: Any, path: str, channels: int) -> None:
    """Load weights from a file of timm's, into all of the model."""
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
