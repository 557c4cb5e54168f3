"""The processes of a run: one, so that there is nothing to agree upon."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from .callbacks import Run
from .checkpoint import open_folder
from .errors import UserError
from .state import Recipe, TrainState

__all__ = [
    "Run",
    "first",
    "in_turn",
    "is_first",
    "join",
    "open_folder",
    "share",
    "spread",
    "whole",
    "world",
]

T = TypeVar("T")


def is_first() -> bool:
    """Return whether this process is the one that writes."""
    return True


def world() -> int:
    """Return the number of processes."""
    return 1


def join(resume: bool, overwrite: bool) -> tuple[bool, bool]:
    """Return whether to resume and to overwrite: as asked for.

    Raises:
        UserError: torchrun started several processes, which would all do the same.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        advice = "start train.py without torchrun, or make the project with `distributed`"
        raise UserError(f"this project trains in one process: {advice}")
    return resume, overwrite


def first(action: Callable[[], T]) -> T:
    """Return what `action` returns, which the first process alone does."""
    return action()


def in_turn() -> AbstractContextManager[None]:
    """Run a block in the first process before all others."""
    return nullcontext()


def share(loader: T) -> T:
    """Return what this process sees of a loader: all of it."""
    return loader


def whole(loader: T) -> T:
    """Return the loader that a share is of."""
    return loader


def spread(state: TrainState, recipe: Recipe, *_: Any) -> Recipe:
    """Return how all processes train one model."""
    return recipe
