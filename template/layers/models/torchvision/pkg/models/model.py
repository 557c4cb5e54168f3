"""An image model: a backbone from torchvision, and a head for the outputs of this task.

Shapes: B images, C channels, H x W pixels, D features, K outputs.
"""

from collections.abc import Sequence
from typing import Any

import torch
import torchvision
from torch import Tensor, nn

from ..engine.errors import UserError

LIBRARY: Any = torchvision.models  # whose types hide the functions that it documents


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
    #: if architecture in ("vit", "convnext")
    patch_size: int | None = None,
    #: endif
    dropout: float = 0.0,
) -> ImageModel:
    """Make the model for images of `input_shape` [C, H, W]; refuse what cannot be built."""
    if backbone not in LIBRARY.list_models():
        raise UserError(f"model.backbone: torchvision has no {backbone!r}")
    #: if architecture in ("vit", "convnext")
    if patch_size is not None:
        raise UserError("model.patch_size: torchvision's models keep their own, so say null")
    #: endif
    options = {"image_size": input_shape[1]} if backbone.startswith("vit") else {}
    try:
        body = LIBRARY.get_model(backbone, weights=None, **options)
        if pretrained:
            load_weights(body, backbone, weights_path)
        num_features = cut_head(body)
        adapt_channels(body, input_shape[0])
        body.eval()(torch.zeros(1, *input_shape))
    except OSError as error:  # no network, no file
        place = f"{error}: the weights of {backbone} are out of reach"
        hint = "name a file in model.weights_path, or set model.pretrained to false"
        raise UserError(f"model.pretrained: {place}; {hint}") from None
    except (AssertionError, RuntimeError, ValueError) as error:
        problem = f"does not take data.input_shape {list(input_shape)}: {error}"
        raise UserError(f"model.backbone {backbone} {problem}") from None
    model = ImageModel(body, num_features, num_outputs, dropout).train()
    fast = torch.cuda.is_available() or "resnet" not in backbone  # a ResNet on a CPU is slower
    model.layout = f"channels {'last' if fast else 'first'}: convolutions are faster so here"
    return model.to(memory_format=torch.channels_last) if fast else model


def load_weights(body: nn.Module, backbone: str, path: str | None) -> None:
    """Load weights for ImageNet, from a file or as torchvision fetches its best."""
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
    """Put nothing in the place of the last linear layer; return its number of inputs."""
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
