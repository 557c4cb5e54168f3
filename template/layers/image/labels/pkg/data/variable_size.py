"""Training batches of several sizes: these have one."""

from collections.abc import Callable
from typing import Any

from .settings import DataSettings


def vary_size(settings: DataSettings, seed: int) -> Callable[[Any, int, int], Any] | None:
    """Return what resizes training batches: nothing, all have the size of `data.input_shape`."""
    return None
