"""Where the figures of a run go; metrics.jsonl is always among the places."""

import json
import math
import os
from pathlib import Path

from torch import nn

from . import faults


class Sink:
    """A place for figures. Tags of `epoch/` count epochs from 0, all others count updates."""

    def log(self, figures: dict[str, float], step: int) -> None: ...
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

    def log(self, figures: dict[str, float], step: int) -> None:
        """Write a line."""
        known = {name: x if math.isfinite(x) else None for name, x in figures.items()}
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
