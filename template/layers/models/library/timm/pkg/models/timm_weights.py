"""Weights of timm from a file."""

import sys
from pathlib import Path
from typing import Any

import timm

from ..engine.errors import UserError


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
