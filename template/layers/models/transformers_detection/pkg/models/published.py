"""Published detectors: how they are built, and their weights, from the hub or a folder."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeVar

import torch
import transformers
from huggingface_hub import get_hf_file_metadata, hf_hub_url
from torch import Tensor, nn

from ..engine.errors import UserError

SECONDS = 5  # to wait for the hub's answer; the library tries for half a minute
Config = Any  # a configuration of the library
T = TypeVar("T")

transformers.logging.set_verbosity_error()  # what does not fit is said here
transformers.logging.disable_progress_bar()


def find_config(kind: Any, name: str, known: Mapping[str, Mapping[str, Any]]) -> Config:
    """Return how the published detector `name` is built: as `known` here, or as the hub says.

    Raises:
        UserError: `model.backbone`: nobody knows it, or it is of another kind.
    """
    if name in known:
        return kind(**deepcopy(known[name]))
    try:
        found, _ = local_first(lambda **options: kind.get_config_dict(name, **options), name)
    except Exception as error:  # each way to fail has its own
        near = f"known without the hub: {', '.join(known)}"
        raise UserError(f"model.backbone: no {name}: {first_line(error)}; {near}") from None
    if found.get("model_type") != kind.model_type:
        made = found.get("model_type", "of no known kind")
        raise UserError(f"model.backbone: {name} is {made}, which is not {kind.model_type}")
    return kind.from_dict(found)


def refuse(backbone: str, **settings: Any) -> None:
    """Refuse settings that a published detector brings along.

    Raises:
        UserError: one of them is not null.
    """
    for name, value in settings.items():
        if value is not None:
            raise UserError(f"model.{name}: {backbone} has its own, so say null")


def change(config: Config, **values: Any) -> None:
    """Set what is not null."""
    for name, value in values.items():
        if value is not None:
            setattr(config, name, value)


def local_first(read: Callable[..., T], name: str) -> T:
    """Call `read` for files that are on this machine, or else for those of the hub.

    Raises:
        Exception: there are none, or not the right ones; what the libraries raise.
    """
    try:
        return read(local_files_only=True)
    except OSError:
        if Path(name).is_dir():
            raise
    get_hf_file_metadata(hf_hub_url(name, "config.json"), timeout=SECONDS)
    return read()


def first_line(error: Exception) -> str:
    """Return the first line of what an error says."""
    return str(error).strip().split("\n")[0] or type(error).__name__


def load_weights(
    network: Any,
    make_config: Callable[[int], Config],
    name: str | None,
    folder: str | None,
    heads: tuple[str, ...],
) -> None:
    """Put pretrained weights into `network`; its heads may be of other classes, and stay fresh.

    A first convolution for other channels gets the weights for the published ones, shared out.

    Args:
        network: A network of the library.
        make_config: Returns its configuration for a number of channels.
        name: Of the detector at the hub.
        folder: Where its weights lie; None: at the hub.
        heads: What the names of weights begin with that depend on the classes or the queries.

    Raises:
        UserError: `model.pretrained` or `model.weights_path`: none, or those of another model.
    """
    setting, place = ("weights_path", folder) if folder else ("pretrained", name)
    assert place is not None
    first = first_convolution(network)
    channels = network.state_dict()[first].shape[1]
    try:
        if folder and not Path(folder).is_dir():
            raise FileNotFoundError(f"{Path(folder).resolve()} is no folder")
        given, fresh = read_weights(type(network), place, make_config(channels))
        if first in fresh:
            given, fresh = read_weights(type(network), place, make_config(fresh[first][1]))
    except Exception as error:  # each way to fail has its own
        hint = "name a folder that save_pretrained wrote in model.weights_path"
        hint += "" if folder else ", or set model.pretrained to false"
        raise UserError(
            f"model.{setting}: no weights of {place}: {first_line(error)}; {hint}"
        ) from None
    mine = network.state_dict()
    names = [name for name, _ in network.named_parameters() if not name.startswith(heads)]
    if others := [name for name in names if name in fresh]:
        problem = f"lacks {len(others)} weights of these shapes, as {others[0]}"
        raise UserError(f"model.{setting}: {place} is of another model: it {problem}")
    kept = {key: given[key] for key in mine if key not in fresh}
    if kept[first].shape != mine[first].shape:
        kept[first] = kept[first].sum(1, keepdim=True).expand_as(mine[first]) / channels
    network.load_state_dict(mine | kept)


def first_convolution(network: nn.Module) -> str:
    """Return the name of the weights that see the channels of an image."""
    modules = network.named_modules()
    return next(f"{name}.weight" for name, each in modules if isinstance(each, nn.Conv2d))


def read_weights(
    kind: Any, place: str, config: Config
) -> tuple[dict[str, Tensor], dict[str, tuple[int, ...]]]:
    """Return the weights of a network of this `kind`, and which of them are not pretrained.

    Those are missing at `place`: their shape there is then (), or it is another.
    """
    options = {"ignore_mismatched_sizes": True, "output_loading_info": True, "dtype": torch.float32}

    def read(**more: Any) -> Any:
        return kind.from_pretrained(place, config=config, **options, **more)

    network, report = local_first(read, place)
    fresh = {name: tuple(shape) for name, shape, _ in report["mismatched_keys"]}
    return network.state_dict(), dict.fromkeys(report["missing_keys"], ()) | fresh
