"""Published weights of torchvision, and first layers for images of other channels."""

from typing import Any

import torch
import torchvision
from torch import nn

from ..engine.errors import UserError

LIBRARY: Any = torchvision.models  # whose types hide the functions that it documents


def load_weights(model: nn.Module, name: str, path: str | None) -> None:
    """Load weights from a file, or as torchvision fetches its best of the model called `name`.

    Raises:
        UserError: `model.weights_path`: no file, a damaged one, or one of another model.
    """
    if path is None:
        best = LIBRARY.get_model_weights(name).DEFAULT
        model.load_state_dict(best.get_state_dict(progress=True, check_hash=True))
        return
    try:
        model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:  # no file, a damaged one, or one of another model
        reason = " ".join(str(error).split())
        raise UserError(f"model.weights_path: {path} cannot be loaded: {reason}") from None


def adapt_channels(body: nn.Module, channels: int) -> None:
    """Let the first convolution see `channels` channels; grey weights are those of RGB summed."""
    first = next(module for module in body.modules() if isinstance(module, nn.Conv2d))
    if channels != first.in_channels:
        # Divided by their number, so that activations keep their size.
        mean = first.weight.detach().sum(dim=1, keepdim=True) / channels
        first.weight = nn.Parameter(mean.repeat(1, channels, 1, 1))
        first.in_channels = channels
