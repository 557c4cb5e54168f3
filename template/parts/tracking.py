"""Where the figures of a run go; metrics.jsonl is always among the places."""

import json
from pathlib import Path
from typing import Any, Protocol

from torch import nn


class Sink(Protocol):
    """A place for figures. Tags of `epoch/` count epochs from 0, all others count updates."""

    def log(self, figures: dict[str, float], step: int) -> None: ...
    def end_epoch(self, model: nn.Module, epoch: int) -> None: ...
    def flush(self) -> None: ...


class JsonLog:
    """One JSON object a line, for any program to read."""

    def __init__(self, folder: Path, saved: dict[str, Any] | None) -> None:
        """Open the log; drop what came after the checkpoint `saved`."""
        self.file = (folder / "metrics.jsonl").open("ab")
        self.file.truncate(saved["log_length"] if saved else 0)

    def log(self, figures: dict[str, float], step: int) -> None:
        """Write a line."""
        self.file.write(json.dumps({"step": step, **figures}).encode() + b"\n")

    def flush(self) -> int:
        """Hand all lines to the operating system; return the length of the log."""
        self.file.flush()
        return self.file.tell()
