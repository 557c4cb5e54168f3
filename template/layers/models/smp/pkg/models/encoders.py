"""Encoders by their names: those of segmentation_models_pytorch, and any model of timm."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import timm
from segmentation_models_pytorch.encoders import encoders
from torch import Tensor, nn

from ..engine.errors import UserError

RGB = 3  # channels that pretrained encoders know
TIMM = "tu-"  # stands before the names of timm's models in the other library
# An EfficientNet of its own has weights that nothing uses: timm has the same ones without them.
OWN = {name for name in encoders if "efficientnet" not in name}


def choose_encoder(
    name: str, channels: int, pretrained: bool, weights_path: str | None
) -> dict[str, Any]:
    """Return what a model of segmentation_models_pytorch is to be told of its encoder.

    A name that only timm knows may stand without the `tu-` that the library has before it.

    Raises:
        UserError: `model.backbone`: no such encoder. `model.pretrained`: it has no weights.
            `model.weights_path`: no such file.
    """
    known = name.removeprefix(TIMM)
    if weights_path and not Path(weights_path).is_file():
        raise UserError(f"model.weights_path: {Path(weights_path).resolve()} does not exist")
    if name in OWN:
        weights = [*encoders[name]["pretrained_settings"]]
        if pretrained and not weights_path and not weights:
            raise UserError(f"model.pretrained: there are no weights for {name}, so say false")
        best = "imagenet" if "imagenet" in weights else next(iter(weights), None)
        chosen = best if pretrained and not weights_path else None
        return {"encoder_name": name, "encoder_weights": chosen, "in_channels": RGB}
    if not timm.is_model(known):
        near = get_close_matches(known, OWN.union(timm.list_models()), 5)
        raise UserError(
            f"model.backbone: segmentation_models_pytorch has no {name!r}; near: {near}"
        )
    if pretrained and not weights_path and not timm.is_model_pretrained(known):
        raise UserError(f"model.pretrained: timm has no weights for {known}, so say false")
    options = {"encoder_name": TIMM + known, "encoder_weights": True if pretrained else None}
    if not weights_path:
        return options | {"in_channels": channels}
    return options | {"in_channels": RGB, "pretrained_cfg_overlay": {"file": weights_path}}


def load_encoder(encoder: nn.Module, path: str, loaded: bool) -> None:
    """Load the weights in a file, of tensors and nothing else; they are for images in colour.

    Args:
        encoder: What is to have them.
        path: The file.
        loaded: Whether timm has loaded it, which leaves out what does not fit.

    Raises:
        UserError: the file lacks weights.
    """
    weights = timm.models.load_state_dict(path)
    if not loaded:
        encoder.load_state_dict(weights)
    known = {fingerprint(weight) for weight in weights.values()}
    found = {name: fingerprint(weight) for name, weight in encoder.named_parameters()}
    if missing := [name for name, weight in found.items() if weight not in known]:
        lacks = f"lacks {len(missing)} weights: {missing[:3]}"
        raise UserError(f"model.weights_path: {path} {lacks}")


def fingerprint(weight: Tensor) -> tuple[int, float]:
    """Return what weights have in common under any name and shape: their number and sum."""
    return weight.numel(), float(weight.detach().double().sum())


@contextmanager
def refusals(name: str, input_shape: Sequence[int], weights_path: str | None) -> Iterator[None]:
    """Turn what libraries raise while they build on the encoder called `name` into one line.

    Raises:
        UserError: `model.pretrained`: no network. `model.weights_path`: the file does not fit.
            `model.backbone`: it cannot be built.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # each library has its own
        reason = " ".join(str(error).split())
        if weights_path:
            problem = f"cannot be loaded: {type(error).__name__}: {reason}"
            raise UserError(f"model.weights_path: {weights_path} {problem}") from None
        if isinstance(error, OSError):
            hint = "name a file in model.weights_path, or set model.pretrained to false"
            place = f"the weights of {name} are out of reach"
            raise UserError(f"model.pretrained: {place}: {hint}: {reason}") from None
        problem = f"does not take data.input_shape {list(input_shape)}: {reason}"
        raise UserError(f"model.backbone {name} {problem}") from None


def adapt_channels(encoder: nn.Module, before: int, channels: int, pretrained: bool) -> None:
    """Let the first convolution see `channels` channels; grey weights are those of RGB summed."""
    if before == channels:
        return
    for conv in encoder.modules():
        if isinstance(conv, nn.Conv2d) and conv.in_channels == before:
            mean = conv.weight.detach().sum(dim=1, keepdim=True) / channels  # keeps activations
            conv.weight = nn.Parameter(mean.repeat(1, channels, 1, 1))
            conv.in_channels = channels
            if not pretrained:  # of another number in each channel
                conv.reset_parameters()
