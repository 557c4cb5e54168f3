"""Where the metrics of a run are written; metrics.jsonl is always among the places."""

import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import nn

from . import faults
from .settings import ExperimentSettings

Draw = Callable[[nn.Module], Any]  # a matplotlib figure of what a model says


class Sink:
    """A place for metrics. Tags of `epoch/` count epochs from 0, all others count updates."""

    def log(self, metrics: dict[str, float], step: int) -> None: ...
    def end_epoch(self, model: nn.Module, epoch: int) -> None: ...
    def flush(self) -> None: ...

    def files(self) -> list[Path]:
        """Return what a resume cuts to what a checkpoint knows of it."""
        return []


class JsonLog(Sink):
    """One JSON object a line, for any program to read."""

    def __init__(self, folder: Path, lengths: dict[str, int]) -> None:
        """Open metrics.jsonl, cut to its length among `lengths`."""
        self.path = folder / "metrics.jsonl"
        cut([self.path], lengths)
        self.file = self.path.open("a", encoding="utf-8")

    def log(self, metrics: dict[str, float], step: int) -> None:
        """Write a line."""
        known = {name: x if math.isfinite(x) else None for name, x in metrics.items()}
        self.file.write(json.dumps({"step": step, **known}) + "\n")

    def flush(self) -> None:
        """Bring all lines to the disk, for no checkpoint may know more than is there."""
        self.file.flush()
        faults.point("fsync", self.path)
        os.fsync(self.file.fileno())

    def files(self) -> list[Path]:
        """Return the one file."""
        return [self.path]


def cut(files: list[Path], lengths: dict[str, int]) -> None:
    """Cut files to what a checkpoint knows of them: a resumed run writes the rest again."""
    for file in files:
        if file.exists():
            os.truncate(file, min(file.stat().st_size, lengths.get(file.name, 0)))


def open_sinks(
    settings: ExperimentSettings, config: dict[str, Any], lengths: dict[str, int], draw: Draw | None
) -> list[Sink]:
    """Write down the settings; open every sink, cut to what a checkpoint knows of.

    Args:
        settings: Where they are.
        config: All settings of the run, by section.
        lengths: The bytes of each file that a checkpoint knows of.
        draw: Makes the plots of an epoch; None: no plots.

    Raises:
        UserError: a folder cannot be used.
    """
    import yaml

    folder = Path(settings.checkpoint_dir)
    (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    sinks: list[Sink] = [JsonLog(folder, lengths)]
    #: if tensorboard_enabled
    from .errors import UserError
    from .tracking_tensorboard import TensorBoard  # takes its time

    try:
        sinks.append(TensorBoard(settings, lengths, draw))
    except OSError as error:
        path = Path(settings.tensorboard_log_dir).resolve()
        raise UserError(f"experiment.tensorboard_log_dir: {path}: {error.strerror}") from None
    except UserError:
        raise
    except Exception as error:  # a library that only logs ends no training
        print(f"warning: no TensorBoard: {type(error).__name__}: {error}")
    #: endif
    #: if wandb_enabled
    from .tracking_wandb import WandB

    sinks.append(WandB(settings.wandb_project, config, folder))
    #: endif
    return sinks
