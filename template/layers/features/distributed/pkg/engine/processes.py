"""The processes of a run, which torchrun starts: several, or one."""

from typing import Any

from .distributed.ranks import (
    first,
    in_turn,
    is_first,
    join,
    open_folder,
    share,
    whole,
    world,
)
from .distributed.replicas import shard_model
from .distributed.replicas import shard_optimizer as shard_state
from .distributed.training import RankRun as Run
from .distributed.training import spread
from .settings import TrainingSettings

__all__ = [
    "Run",
    "first",
    "in_turn",
    "is_first",
    "join",
    "open_folder",
    "shard",
    "shard_optimizer",
    "share",
    "spread",
    "whole",
    "world",
]


def shard(settings: TrainingSettings, model: Any, evaluated: Any) -> None:
    """Leave a part of each weight on this rank, where that is wanted."""
    if settings.shard and world() > 1:
        shard_model(model)
        if evaluated is not model:
            shard_model(evaluated)


def shard_optimizer(settings: TrainingSettings, optimizer: Any) -> None:
    """Do the same with the state of the optimizer."""
    if settings.shard and world() > 1:
        shard_state(optimizer)
